/// What an upstream counts for a model divided by what we count, learnt from the usage it reports.
package struct Calibration: Hashable, Sendable {
    /// The mean ratio, 1 before anything was learnt.
    package private(set) var ratio: Double
    package private(set) var samples: Int

    package init(ratio: Double = 1, samples: Int = 0) {
        self.ratio = ratio
        self.samples = samples
    }

    /// Learns from one turn; nonsense (nothing counted, a ratio beyond 0.2…5) is left out.
    ///
    /// The first 20 turns count equally; later ones weigh a twentieth, so a changed template is learnt again.
    package mutating func learn(reported: Int, counted: Int) {
        guard counted > 0, reported > 0 else { return }
        let sample = Double(reported) / Double(counted)
        guard (0.2...5).contains(sample) else { return }
        samples = min(samples + 1, 1_000_000)
        ratio += (sample - ratio) / Double(min(samples, 20))
    }

    /// How much of a budget may be used in our own counting: less when the model counts more, and a margin that falls
    /// from a tenth to a fiftieth as turns are seen.
    package func counted(_ budget: Int) -> Int {
        let margin = samples >= 5 ? 1.02 : 1.1
        return Int(Double(budget) / (max(ratio, 0.2) * margin))
    }

    /// What the model will probably count for `tokens` of ours.
    package func expected(_ tokens: Int) -> Int { Int((Double(tokens) * ratio).rounded(.up)) }
}
