import ParleyTokens
import Testing

@Suite struct ChatFramingTests {
    /// The example messages of OpenAI's cookbook, which the API itself counted.
    @Test(arguments: [(Tokenizer.cl100k, 129), (.o200k, 124)])
    func theExampleOfTheCookbookCountsAsTheAPIDoes(tokenizer: Tokenizer, expected: Int) {
        let framing = ChatFraming.openAI
        let total = Self.messages.reduce(framing.reply) { total, message in
            total + framing.count(role: "system", content: message.content, name: message.name, with: tokenizer)
        }
        let userCorrection = tokenizer.count("user") - tokenizer.count("system")
        #expect(total + userCorrection == expected)
    }

    @Test func anEmptyMessageCostsItsFramingAndRole() {
        #expect(ChatFraming.openAI.count(role: "user", content: "", with: .o200k) == 4)
        #expect(ChatFraming.openAI.count(role: "user", content: "", name: "user", with: .o200k) == 6)
    }

    private static let messages: [(name: String?, content: String)] = [
        (
            nil,
            "You are a helpful, pattern-following assistant that translates corporate jargon into plain English."
        ),
        ("example_user", "New synergies will help drive top-line growth."),
        ("example_assistant", "Things working well together will increase revenue."),
        (
            "example_user",
            "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage."
        ),
        ("example_assistant", "Let's talk later when we're less busy about how to do better."),
        (
            nil,
            "This late pivot means we don't have time to boil the ocean for the client deliverable."
        ),
    ]
}
