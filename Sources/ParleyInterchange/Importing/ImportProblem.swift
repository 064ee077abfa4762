/// Why one conversation of a file is not imported; the others are.
package struct ImportProblem: Error, Hashable, Sendable {
    /// Its title, id or place in the file.
    package var conversation: String
    package var reason: String
    /// Whether there is nothing to import, rather than something wrong.
    package var isHarmless: Bool

    package init(_ conversation: String, _ reason: String, isHarmless: Bool = false) {
        self.conversation = conversation
        self.reason = reason
        self.isHarmless = isHarmless
    }

    /// There is nothing in it that was said.
    static func empty(_ conversation: String) -> Self {
        Self(conversation, "no messages", isHarmless: true)
    }
}
