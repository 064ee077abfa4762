import Parley
import ParleyWire
import Testing

/// What a request says, and what of it goes upstream.
struct ChatRequestTests {
    private func request(_ members: String) throws -> ChatRequest {
        try ChatRequest(JSONSlices(Array(#"{"messages":[{"role":"user","content":"a"}]\#(members)}"#.utf8)))
    }

    @Test func whatIsNotOursGoesUpstreamAsItCame() throws {
        let request = try request(
            #","model":"m","temperature":0.70,"seed":12345678901234567890,"x_unknown":{"b":1,"a":[null]},"store":true,"metadata":{"k":"v"},"conversation":"conv_x","context":{"policy":"recent"},"stop":null"#
        )
        let body = String(decoding: request.encoded(model: "served", context: nil), as: UTF8.self)
        #expect(
            body
                == #"{"model":"served","messages":[{"role":"user","content":"a"}],"temperature":0.70,"seed":12345678901234567890,"x_unknown":{"b":1,"a":[null]},"stop":null}"#
        )
    }

    @Test func namesThatNeedEscapesGoUpstreamToo() throws {
        let body = try request(#","\u00bbx\"":1"#).encoded(model: "m", context: nil)
        #expect(try JSON(parsing: body)["»x\""] == 1)
        #expect(throws: ParleyError.self) { try request(#","str\u0065am":true"#) }
    }

    @Test func aStreamAlwaysAsksForUsage() throws {
        let request = try request(#","stream":true,"stream_options":{"include_usage":false}"#)
        let body = try JSON(parsing: request.encoded(model: "m", context: nil))
        #expect(body["stream_options"]?["include_usage"] == true)
        #expect(!request.includesUsage)
    }

    @Test func nullIsAbsent() throws {
        let request = try request(
            #","model":null,"stream":null,"n":null,"store":null,"metadata":null,"max_tokens":null"#
        )
        #expect(request.model == nil && !request.streamed && request.samples == 1 && request.stored == nil)
    }

    @Test(arguments: [
        (#","model":1"#, ParleyError.Code.invalidType, "model"), (#","stream":"yes""#, .invalidType, "stream"),
        (#","n":0"#, .belowMinimum, "n"), (#","n":129"#, .aboveMaximum, "n"), (#","n":1.5"#, .invalidType, "n"),
        (#","temperature":2.1"#, .decimalAboveMaximum, "temperature"),
        (#","temperature":"hot""#, .invalidType, "temperature"),
        (#","stop":["1","2","3","4","5"]"#, .arrayTooLong, "stop"), (#","stop":[{}]"#, .invalidType, "stop"),
        (#","stop":7"#, .invalidType, "stop"),
        (#","stream_options":{"include_usage":true}"#, .invalidValue, "stream_options"),
        (#","metadata":{"a":1}"#, .invalidType, "metadata"),
        (#","context":{"policy":"turns:0"}"#, .invalidValue, "context.policy"),
        (#","context":{"budget":-1}"#, .invalidValue, "context.budget"),
        (#","conversation":7"#, .invalidType, "conversation"),
        (#","max_tokens":99999999999999999999"#, .invalidType, "max_tokens"),
    ])
    func whatIsWrongIsNamed(_ members: String, _ code: ParleyError.Code, _ parameter: String) {
        #expect { try request(members) } throws: { error in
            (error as? ParleyError)?.code == code && (error as? ParleyError)?.parameter == parameter
        }
    }

    /// All of them go upstream, so what is set aside must be enough for any.
    @Test(
        arguments: [
            ("", nil), (#","max_tokens":5"#, 5), (#","max_completion_tokens":1,"max_tokens":9"#, 9),
            (#","max_completion_tokens":9,"max_tokens":1"#, 9), (#","max_tokens":1,"n_predict":9"#, 9),
            (#","max_tokens":1,"n_predict":-1"#, nil), (#","max_tokens":1,"n_predict":"many""#, 1),
        ] as [(String, Int?)]
    )
    func theLargestMaximumCounts(_ members: String, _ maximum: Int?) throws {
        #expect(try request(members).maximumOutput == maximum)
    }

    @Test(arguments: [
        ("{}", ParleyError.Code.missingParameter), (#"{"messages":[]}"#, .emptyArray),
        (#"{"messages":"a"}"#, .invalidType),
    ])
    func messagesMustBeThere(_ body: String, _ code: ParleyError.Code) throws {
        let request = try ChatRequest(JSONSlices(Array(body.utf8)))
        #expect { try request.messages() } throws: { ($0 as? ParleyError)?.code == code }
    }

    @Test func aContextTakesThePlaceOfTheMessages() throws {
        let request = try request("")
        let profile = ModelProfile(name: "m", window: 1000, reserve: 0, vocabulary: .o200k)
        let plan = ContextPlan(
            policy: .recent,
            budget: ContextBudget(request: nil, conversation: nil, profile: profile, maximumOutput: 0),
            model: "m",
            profile: profile,
            calibration: Calibration(),
            instructions: [ItemContent(role: .system, text: "s")],
            input: [ItemDraft(ItemContent(role: .user, text: "new"), tokens: 1)],
            itemCount: 0
        )
        let context = try ContextBuilder(plan, tokens: ItemTokens(NoTokens())).finish()
        let body = try JSON(parsing: request.encoded(model: "m", context: context))
        #expect(body["messages"]?.array?.map { $0["content"]?.string } == ["s", "new"])
    }

    private struct NoTokens: TokenCounter {
        func count(_ text: String, in vocabulary: Vocabulary) -> Int { 1 }
    }
}
