import Parley
import ParleyInterchange
import Testing

/// None of these may trap, hang or throw anything but a ``ParleyError``.
@Suite("Files that are damaged")
struct DamagedFileTests {
    @Test("are read as far as they go, wherever they are cut", .timeLimit(.minutes(5)), arguments: Fixture.texts)
    func cutAnywhere(fixture: Fixture) throws {
        let bytes = try fixture.bytes()
        let whole = try fixture.conversations().count
        for end in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)) {
            #expect(try read(Array(bytes[..<end]), fixture) <= whole + 1)
        }
    }

    @Test("are read as far as they go, whatever is changed", .timeLimit(.minutes(5)), arguments: Fixture.texts)
    func changedAnywhere(fixture: Fixture) throws {
        let bytes = try fixture.bytes()
        var random = SplitMix(state: 20_240_501)
        for _ in 0..<300 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
                case 1: changed[place] = Array("{}[]\",:0n".utf8).randomElement(using: &random) ?? 0
                case 2: changed.remove(at: place)
                default: changed.insert(contentsOf: changed[place...].prefix(40), at: place)
                }
            }
            _ = try read(changed, fixture)
        }
    }

    /// How many conversations there are in it.
    private func read(_ bytes: [UInt8], _ fixture: Fixture) throws -> Int {
        do {
            return try Fixture.steps(bytes, fixture.path, fixture.file).filter {
                if case .conversation = $0 { true } else { false }
            }.count
        } catch let error as ParleyError {
            #expect(error.code == .invalidValue)
            return 0
        }
    }
}

/// Random numbers that are the same every time (Steele, Lea and Flood).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
