/// Random numbers that are the same on every run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Random texts of many scripts, with what is awkward in all of them.
struct RandomText {
    private var generator: SplitMix
    private let ranges: [ClosedRange<UInt32>] = [
        0x20...0x7E, 0x61...0x7A, 0x00...0x20, 0xA0...0x17F, 0x300...0x36F, 0x400...0x4FF, 0x600...0x6FF,
        0x900...0x97F, 0xE00...0xE7F, 0x2000...0x206F, 0x3040...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3,
        0xFF00...0xFFFF, 0x1_F300...0x1_FAFF, 0x0...0x10_FFFF,
    ]

    init(seed: UInt64) {
        generator = SplitMix(seed: seed)
    }

    /// A text of up to a few hundred characters in runs of one script.
    mutating func text() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            guard let range = ranges.randomElement(using: &generator) else { continue }
            for _ in 0..<Int.random(in: 1...30, using: &generator) {
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) { text.append(scalar) }
            }
        }
        return String(text)
    }
}
