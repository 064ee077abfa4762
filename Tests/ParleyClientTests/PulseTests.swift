import Testing

@testable import ParleyClient

struct PulseTests {
    let start = ContinuousClock.now

    @Test func aSignIsDueAfterEachSilence() {
        var pulse = Pulse(every: .seconds(15), from: start)
        let due = (1...50).filter { pulse.isDue(at: start + .seconds($0), isSilent: true) }
        #expect(due == [15, 30, 45])
    }

    @Test func whatIsSaidIsASignToo() {
        var pulse = Pulse(every: .seconds(15), from: start)
        let due = (1...50).filter { pulse.isDue(at: start + .seconds($0), isSilent: $0 != 10) }
        #expect(due == [25, 40])
    }
}
