/// How many steps fit into the time that a write job may take on this machine.
struct ImportPace {
    private(set) var steps = Self.first

    static let first = 256
    private static let least = 64
    private static let most = 2048
    /// What a slice should take: a job may take 10 ms.
    private static let time: Duration = .milliseconds(8)

    /// A slice of `count` steps took `time`.
    mutating func note(_ count: Int, in time: Duration) {
        guard count >= Self.least, time > .zero else { return }
        let fitting = Double(count) * (Self.time / time)
        // Halves and doubles at most, for one slow slice says little.
        let next = min(max(fitting, Double(steps) / 2), Double(steps) * 2)
        steps = min(max(Int(next), Self.least), Self.most)
    }
}
