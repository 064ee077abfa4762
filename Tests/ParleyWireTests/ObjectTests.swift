import Parley
import ParleyWire
import Testing

struct ObjectTests {
    @Test(arguments: ParleyError.Code.allCases)
    func errorsHaveAllFourMembers(code: ParleyError.Code) {
        let json = ErrorObject(ParleyError(code, "Text", parameter: "p")).json["error"]?.object
        #expect(json?.members.map(\.name) == ["message", "type", "param", "code"])
        #expect(json?["code"] == (code.wireCode.map(JSON.string) ?? .null))
    }

    @Test func unknownIdsHaveNoCodeAndNoParameter() {
        let json = ErrorObject(ParleyError.notFound("Response", "resp_1")).json["error"]?.object
        #expect(json?["message"] == "Response with id 'resp_1' not found.")
        #expect(json?["param"] == .null && json?["code"] == .null)
    }

    @Test(arguments: ["-9223372036854775808", "9223372036854775807", "0", "2", "1.5"])
    func ratingsAreOneOrMinusOne(rating: String) {
        let members = ObjectMembers(JSON.Object([.init(name: "rating", value: .number(rating))]))
        #expect(throws: ParleyError.self) { try members.rating() }
    }

    @Test func titlesComeFromTheFirstQuestion() throws {
        let body = JSON.Object([.init(name: "items", value: [["role": "user", "content": "Plan a\ntrip"]])])
        #expect(try NewConversation(body).title == "Plan a")
    }

    @Test func updatesTellAbsentFromNull() throws {
        let change = try ConversationChange(
            try #require(JSON(parsing: #"{"model":null,"context":{"policy":null}}"#).object)
        )
        #expect(change.title == nil && change.metadata == nil)
        guard case .clear = change.model, case .keep = change.instructions, case .clear = change.policy,
            case .keep = change.budget
        else {
            Issue.record("\(change)")
            return
        }
        let all = try ConversationChange(try #require(JSON(parsing: #"{"context":null,"title":null}"#).object))
        guard case .clear = all.policy, case .clear = all.budget else {
            Issue.record("\(all)")
            return
        }
        #expect(all.title == "")
    }

    @Test func itemsKeepWhatNobodyKnows() throws {
        let json = try JSON(parsing: #"{"type":"new_kind","id":"x","a":1.50,"b":{"c":[null]}}"#)
        let draft = try #require(try ItemObject.drafts([json], parameter: "items").first)
        let item = Item(
            id: draft.id,
            place: Place(branch: 1, position: 1),
            content: draft.content,
            status: .completed,
            createdAt: .now,
            turn: nil,
            tokens: nil,
            pinned: false
        )
        let written = ItemObject.json(item)
        #expect(written["type"] == "new_kind" && written["a"] == .number("1.50"))
        #expect(written["b"] == ["c": [.null]])
        #expect(written["id"] == .string(item.idText))
        #expect(try ItemObject.drafts([written], parameter: "items").first?.content == draft.content)
    }

    @Test func chatPartsBecomeItemParts() throws {
        let json: JSON = ["role": "user", "content": [["type": "text", "text": "x"]]]
        let draft = try #require(try ItemObject.drafts([json], parameter: "items").first)
        #expect(draft.content.parts == [["type": "input_text", "text": "x"]])
    }

    @Test func inputIsATextOrAList() throws {
        #expect(try ItemObject.input("Hello", parameter: "input").first?.text == "Hello")
        #expect(try ItemObject.input(nil, parameter: "input").isEmpty)
        #expect(throws: ParleyError.self) { try ItemObject.input(7, parameter: "input") }
    }

    @Test func secretsAreShownOnlyWhenGiven() {
        let key = APIKey(
            id: .init(1),
            handle: "abc",
            owner: .init(1),
            ownerName: "ann",
            label: "",
            createdAt: .now,
            lastUsedAt: nil,
            revokedAt: nil
        )
        #expect(KeyObject.json(key)["key"] == nil)
        #expect(KeyObject.json(key, secret: Secret("prl_x"))["key"] == "prl_x")
    }
}
