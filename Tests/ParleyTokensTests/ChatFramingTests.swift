import Parley
import ParleyTokens
import Testing

/// The product's own count of a chat, over the embedded vocabularies.
@Suite struct ChatFramingTests {
    private let tokens = ItemTokens(ExactTokenCounter())

    /// The example messages of OpenAI's cookbook, which the API itself counted.
    @Test(arguments: [(Parley.Vocabulary.cl100k, 129), (.o200k, 124)])
    func theExampleOfTheCookbookCountsAsTheAPIDoes(vocabulary: Parley.Vocabulary, expected: Int) {
        let total = Self.messages.enumerated().reduce(ItemTokens.reply) { total, message in
            let role = message.offset == Self.messages.count - 1 ? "user" : "system"
            return total + count(role, message.element.content, name: message.element.name, vocabulary)
        }
        #expect(total == expected)
    }

    /// A message's framing holds one token for its role, whichever it is.
    @Test(arguments: [Tokenizer.cl100k, .o200k])
    func everyRoleIsOneToken(tokenizer: Tokenizer) {
        for role in ["system", "user", "assistant"] { #expect(tokenizer.count(role) == 1) }
    }

    @Test func anEmptyMessageCostsItsFramingAndRole() {
        #expect(count("user", "", name: nil, .o200k) == 4)
        #expect(count("user", "", name: "user", .o200k) == 6)
    }

    private func count(_ role: String, _ content: String, name: String?, _ vocabulary: Parley.Vocabulary) -> Int {
        var message = JSON.Object([
            .init(name: "role", value: .string(role)), .init(name: "content", value: .string(content)),
        ])
        if let name { message.append("name", .string(name)) }
        return tokens.count(ItemContent(message), in: vocabulary) + ItemTokens.perMessage
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
