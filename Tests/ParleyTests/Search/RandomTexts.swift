/// Texts made at random, the same for the same seed.
struct RandomTexts: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 7919 &+ 12345 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }

    /// Few different characters, so that parts come again.
    mutating func chinese(_ count: Int) -> String {
        String((0..<count).map { _ in "天气很好北京今".randomElement(using: &self) ?? "天" })
    }

    /// Chinese, Latin, digits, punctuation and spaces in any order.
    mutating func mixed(_ pieces: Int) -> String {
        (0..<pieces).map { _ in
            switch Int.random(in: 0...4, using: &self) {
            case 0: ["GPT4", "Swift", "Ａｐｐ", "café", "x"].randomElement(using: &self) ?? ""
            case 1: ["，", " ", "。\n", "-", "!"].randomElement(using: &self) ?? ""
            default: chinese(Int.random(in: 1...4, using: &self))
            }
        }.joined()
    }
}
