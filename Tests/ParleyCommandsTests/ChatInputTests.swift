import Parley
import Testing

@testable import ParleyCommands

@Suite struct ChatInputTests {
    @Test(arguments: [
        ("hello", ChatInput.message("hello")), ("/new", .command(.new, argument: "")),
        ("/open  2 ", .command(.open, argument: "2")), ("/SYSTEM be brief", .command(.system, argument: "be brief")),
        ("/exit", .command(.quit, argument: "")), ("//new", .message("/new")),
        ("/etc/hosts is what?", .message("/etc/hosts is what?")),
        ("/nonsense", .unknown("/nonsense")),
    ])
    func aLineIsAMessageOrACommand(line: String, input: ChatInput) {
        #expect(ChatInput(line) == input)
    }

    private func messages(_ lines: [String]) -> [String] {
        var assembler = MessageAssembler()
        let complete = lines.compactMap { assembler.add($0) }
        return complete + [assembler.finish()].compactMap(\.self)
    }

    @Test func aBackslashJoinsLines() {
        #expect(messages(["a\\", "b", "c"]) == ["a\nb", "c"])
        #expect(messages(["a\\\\"]) == ["a\\\\"])
        #expect(messages(["a\\"]) == ["a"])
    }

    @Test func fencesJoinLines() {
        #expect(messages(["```swift", "let a = 1", "", "```", "next"]) == ["```swift\nlet a = 1\n\n```", "next"])
        #expect(messages(["```one line```", "next"]) == ["```one line```", "next"])
    }

    @Test func anUnansweredMessageIsOneThatIsNotOnThePath() {
        let input: JSON = [["type": "message", "id": "msg_1", "role": "user", "content": "hi"]]
        let turn: JSON = ["status": "failed", "reason": "crash", "input": input, "output": []]
        #expect(UnansweredMessage(turn, activePath: [])?.text == "hi")
        #expect(UnansweredMessage(turn, activePath: [["id": "msg_1"]]) == nil)
        #expect(UnansweredMessage(["status": "completed", "input": input], activePath: []) == nil)
    }

    @Test func aReferenceIsShownByItsFirstDigits() {
        #expect(ConversationReference.short("conv_0123456789abcdef") == "01234567")
        #expect(HolderProcess.name(["/usr/bin/parley", "serve", "--port", "1"]) == "`parley serve`")
        #expect(HolderProcess.name(["parley", "My private text"]) == "`parley`")
        #expect(KeysRevoke.handle(of: "prl_abcdefghij_secret_123456") == "abcdefghij")
    }
}
