import Foundation
import Parley
import ParleyInterchange
import Testing

/// What every format owes to what it is given: order, branches, deletions, and the count of what it could not say.
struct ExportDetailTests {
    private static let readable: [ExportFormat] = [.markdown, .text, .html, .csv, .json, .chatGPT, .openWebUI]

    @Test(arguments: readable) func whatWasSaidFirstStandsFirst(_ format: ExportFormat) throws {
        var exported = Exported()
        exported.say("first question", "first answer", "second question", "second answer")
        let text = exported.text(format)
        let places = try ["first question", "first answer", "second question", "second answer"].map {
            try #require(text.range(of: $0)).lowerBound
        }
        #expect(places == places.sorted())
    }

    @Test func everybodyIsCalledByTheRole() {
        var exported = Exported()
        exported.add(ItemContent(role: .developer, text: "d"))
        exported.add(ItemContent(role: .user, text: "u"))
        exported.add(ItemContent(role: .assistant, text: "a"))
        #expect(exported.text(.text).contains("\nDeveloper: d\n\nUser: u\n\nAssistant: a\n"))
        #expect(exported.text(.markdown).contains("## Developer\n\nd\n\n## User\n\nu\n\n## Assistant\n\na\n"))
        exported.items[2].item.status = .incomplete
        let html = exported.text(.html)
        #expect(html.components(separatedBy: "<em>incomplete</em>").count == 2)
        #expect(html.contains("<summary>Developer</summary>"))
        #expect(html.contains("<article class=\"user\">\n<h2><b>User</b>"))
        #expect(html.contains("<article class=\"assistant\">\n<h2><b>Assistant</b> gpt"))
    }

    @Test func aRowSaysWhereItsItemStandsAndWhatItIsWorth() throws {
        var exported = Exported(title: "T")
        exported.say("q", "a")
        exported.items[1].record.rating = -1
        exported.items[1].item.status = .incomplete
        let rows = exported.text(.csv).components(separatedBy: "\r\n").map { $0.components(separatedBy: ",") }
        let (question, answer) = (exported.items[0].record.key, exported.items[1].record.key)
        let time = "2023-11-14T22:13:21Z"
        let id = exported.conversation.conversation.id.text
        #expect(rows[1] == [id, "T", question, "", time, "message", "user", "gpt", "completed", "", "q"])
        #expect(rows[2] == [id, "T", answer, question, time, "message", "assistant", "gpt", "incomplete", "-1", "a"])
        #expect(rows.count == 4 && rows[3] == [""])
    }

    @Test(arguments: ExportFormat.allCases.filter { $0 != .parley })
    func whatWasDeletedIsToldByNobody(_ format: ExportFormat) {
        var exported = Exported()
        exported.say("q", "kept", "gone", "also kept")
        exported.delete(2)
        let text = exported.text(format)
        #expect(!text.contains("gone"))
        #expect(format == .preferences || text.contains("kept"))
    }

    @Test func whatStandsBehindADeletedItemStandsBehindTheOneAbove() throws {
        var exported = Exported()
        exported.say("q", "a", "gone", "b")
        exported.delete(2)
        exported.conversation.record.tip = exported.items[2].record.key
        let keys = exported.items.map(\.record.key)
        let chat = try #require(exported.json(.chatGPT).array?.first)
        #expect(chat["mapping"]?[keys[3]]?["parent"]?.string == keys[1] && chat["mapping"]?[keys[2]] == nil)
        #expect(chat["mapping"]?[keys[1]]?["children"] == [JSON.string(keys[3])])
        #expect(chat["current_node"]?.string == keys[1])
        let other = try #require(exported.json(.openWebUI).array?.first?["chat"]?["history"])
        #expect(other["messages"]?[keys[3]]?["parentId"]?.string == keys[1] && other["currentId"]?.string == keys[1])
    }

    @Test func whatCouldNotBeSaidIsCounted() throws {
        var exported = Exported()
        exported.say("q")
        exported.add(try content(#"{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]}"#))
        exported.add(try content(#"{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}"#))
        exported.add(try content(#"{"type":"function_call_output","call_id":"c","output":"3"}"#))
        exported.add(ItemContent(role: .assistant, text: "a"))
        exported.add(ItemContent(role: .user, text: "not answered"))
        for format in [ExportFormat.fineTune, .shareGPT] { #expect(exported.leftOut(format) == [0, 2], "\(format)") }
        #expect(exported.leftOut(.openWebUI) == [0, 2] && exported.leftOut(.preferences) == [1, 0])
        for format in Self.readable where format != .openWebUI { #expect(exported.leftOut(format) == [0, 0]) }
        #expect(exported.leftOut(.parley) == [0, 0])
        var unanswered = Exported()
        unanswered.say("q")
        #expect(unanswered.leftOut(.fineTune) == [1, 0] && unanswered.leftOut(.shareGPT) == [1, 0])
        var begun = Exported()
        begun.add(ItemContent(role: .assistant, text: "hello"))
        begun.add(ItemContent(role: .user, text: "q"))
        begun.add(ItemContent(role: .assistant, text: "a"))
        #expect(begun.leftOut(.shareGPT) == [1, 0], "An answer stands first.")
    }

    @Test func whatNobodyCouldTrainOnIsLeftOut() {
        var exported = Exported()
        exported.say("q", String(repeating: "x", count: 8 << 20), "and?", "a")
        for format in [ExportFormat.fineTune, .shareGPT, .preferences] {
            #expect(exported.leftOut(format) == [1, 0] && !exported.text(format).contains("xxx"), "\(format)")
        }
    }

    @Test func everyWorseAnswerMakesAPair() throws {
        var exported = Exported(instructions: "Be kind.")
        exported.say("q", "best", "more")
        for text in ["worse", "worst", "best", "half", "gone"] {
            exported.add(ItemContent(role: .assistant, text: text), behind: 0)
        }
        exported.items[6].item.status = .incomplete
        exported.delete(7)
        exported.items[1].record.rating = 1
        exported.items[4].record.rating = -1
        let lines = try exported.text(.preferences).split(separator: "\n").map { try JSON(parsing: String($0)) }
        func output(_ line: JSON, _ name: String) -> String? { line[name]?.array?.first?["content"]?.string }
        #expect(lines.map { output($0, "preferred_output") } == ["best", "best"])
        #expect(lines.map { output($0, "non_preferred_output") } == ["worse", "worst"])
        let prompt = try #require(lines.first)["input"]?["messages"]?.array ?? []
        #expect(prompt.map { $0["role"]?.string } == ["system", "user"] && prompt.last?["content"] == "q")
        var begun = Exported()
        begun.add(ItemContent(role: .assistant, text: "hello"))
        begun.add(ItemContent(role: .assistant, text: "a"), behind: 0)
        begun.add(ItemContent(role: .assistant, text: "b"), behind: 0)
        #expect(begun.bytes(.preferences).isEmpty, "Nothing was asked.")
    }

    @Test func redactionReachesWhatStandsBesideTheTexts() throws {
        let key = "sk-abcdefghij0123456789"
        var exported = Exported()
        exported.say("q", "a")
        exported.conversation.record.tags = ["tag \(key)"]
        exported.conversation.conversation.tags = ["tag \(key)"]
        exported.conversation.record.metadata = ["m": key]
        exported.conversation.conversation.metadata = ["m": key]
        exported.conversation.record.extra = .init([.init(name: "x", value: ["y": .string(key)])])
        exported.items[0].record.metadata = ["m": key]
        exported.items[0].record.extra = .init([.init(name: "x", value: [.string(key)])])
        var turn = TurnRecord(
            key: "turn",
            face: .chat,
            status: .completed,
            model: "gpt",
            createdAt: Timestamp(milliseconds: 0)
        )
        turn.instructions = .string(key)
        turn.metadata = ["m": key]
        turn.parameters = .init([.init(name: "user", value: .string(key))])
        turn.choices = [["text": .string(key)]]
        exported.turns = [turn]
        #expect(exported.text(.parley).components(separatedBy: key).count == 10)
        for format in ExportFormat.allCases {
            #expect(!exported.text(format, redacts: true).contains("sk-abc"), "\(format)")
        }
        #expect(exported.text(.parley, redacts: true).components(separatedBy: "[key]").count == 10)
    }

    @Test func anImageThatIsItsOwnBytesIsNotTakenForANumber() throws {
        let image = "data:image/png;base64,4111111111111111AAAA"
        var exported = Exported()
        exported.add(
            try content(#"{"role":"user","content":[{"type":"input_image","image_url":"\#(image)"}]}"#)
        )
        #expect(exported.text(.parley, redacts: true).contains(image))
    }
}
