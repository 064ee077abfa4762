import Parley
import ParleyWire
import Testing

struct AnswerComplaintTests {
    private func code(_ json: String, status: Int? = nil) throws -> ParleyError.Code? {
        let complaint = try UpstreamComplaint(JSON(parsing: json))
        return complaint.map { ParleyError(upstreamStatus: status ?? $0.status, $0, redaction: Redaction()).code }
    }

    @Test(arguments: [
        (#"{"error":{"code":"context_length_exceeded","message":"x"}}"#, ParleyError.Code.contextLengthExceeded),
        (#"{"error":{"type":"rate_limit_error"}}"#, .upstreamRateLimited),
        (#"{"error":{"code":429}}"#, .upstreamRateLimited),
        (#"{"error":{"type":"authentication_error"}}"#, .upstreamAuthentication), (#"{"error":"x"}"#, .upstreamFailed),
        (#"{"error":{"code":"model_not_found"}}"#, .modelNotFound), (#"{"error":{"code":"503"}}"#, .upstreamFailed),
        (#"{"object":"error","message":"x","code":400}"#, .upstreamRejected), (#"{"detail":"x"}"#, .upstreamFailed),
        (#"{"error":{"type":"invalid_request_error","message":"the prompt is too long"}}"#, .contextLengthExceeded),
    ])
    func whatIsSaidDecidesTheCode(json: String, expected: ParleyError.Code) throws {
        #expect(try code(json) == expected)
    }

    @Test(arguments: [#"{"error":null}"#, "{}", "[]", #"{"ok":true}"#])
    func whatIsNoComplaintIsNone(json: String) throws {
        #expect(try code(json) == nil)
    }

    @Test(arguments: [
        ("key sk-abcdefghijkl.", "key ***"), ("Bearer abc, x", "Bearer ***, x"), ("bearer  a.b-c d", "bearer  *** d"),
        ("prl_0123456789_x y", "*** y"), ("?key=abc&api_key=def&x", "?key=***&api_key=***&x"),
        ("my own/secret=", "my ***"),
        ("task-force sk-", "task-force sk-"), ("a\u{1B}[1m\nb", "a [1m b"), ("", ""), ("你好", "你好"),
    ])
    func keysAndControlCharactersAreTakenOut(text: String, expected: String) {
        #expect(Redaction(Secret("own/secret="))(text) == expected)
    }

    @Test func longTextIsCutAtACharacter() {
        for length in 500...530 {
            let text = Redaction()(String(repeating: "a", count: length - 500) + String(repeating: "你", count: 300))
            #expect(text.utf8.count <= 512)
            #expect(text.hasSuffix("你…"))
        }
    }
}
