/// Every route, and every place in it where an id can stand.
///
/// A word in braces stands for an id, as ``Belongings`` knows them; those of the path are tried by themselves.
struct IsolationRow: Sendable {
    /// `GET /v1/turns/{turn}`.
    let route: String
    /// What makes the request valid.
    let body: String
    let places: [Place]

    enum Place: Sendable {
        /// In the path, with a query behind it.
        case path(String)
        case query(String)
        case body(String)
        case header(String)
    }

    init(_ route: String, _ body: String = "", _ places: Place...) {
        self.route = route
        self.body = body
        self.places = places
    }

    var method: String { String(route.prefix { $0 != " " }) }

    /// The path with words in braces for its parameters.
    var path: String {
        let path = String(Description.name(of: route).drop { $0 != "/" })
        return path.replacing("{engine}", with: "echo-1").replacing("{model}", with: "echo-1")
    }

    /// For all but administrators there is nothing here.
    var isHidden: Bool { Self.administration.contains { $0.route == route } }

    /// The parameters of the path that name something of a user's.
    var words: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0 != "{handle}" && $0 != "{name}" }
            .map { String($0.dropFirst().dropLast()) }
    }
}

extension IsolationRow {
    private static let said = #"[{"role":"user","content":"x"}]"#
    private static let inConversation = #""conversation":"{conversation}""#

    static let all =
        open + administration + chats + responses + conversations + items + turns + models + keeping + searches

    /// What asks for no key.
    static let open = [
        IsolationRow("GET /health/live"), IsolationRow("GET /health/ready"), IsolationRow("GET /openapi.json"),
    ]

    /// What only administrators find.
    static let administration = [
        IsolationRow("GET /admin/database"), IsolationRow("POST /admin/database/reindex"),
        IsolationRow("GET /admin/keys"), IsolationRow("POST /admin/keys", "{}"),
        IsolationRow("POST /admin/keys/{handle}", "{}"), IsolationRow("DELETE /admin/keys/{handle}"),
        IsolationRow("POST /admin/keys/{handle}/rotate", "{}"), IsolationRow("GET /admin/users"),
        IsolationRow("POST /admin/users", "{}"), IsolationRow("GET /admin/users/{name}"),
        IsolationRow("POST /admin/users/{name}", "{}"),
        IsolationRow("GET /admin/users/{name}/conversations", "", .query("after={conversation}")),
        IsolationRow("GET /admin/usage"), IsolationRow("GET /admin/audit", "", .query("after={branch}")),
        IsolationRow("POST /admin/audit/verify", "{}"), IsolationRow("GET /metrics"),
        IsolationRow("POST /admin/users/{name}/erase"), IsolationRow("GET /admin/erasures"),
        IsolationRow("POST /admin/database/backup"), IsolationRow("POST /admin/database/check"),
        IsolationRow("POST /admin/database/vacuum", "{}"),
        IsolationRow("GET /admin/prune"), IsolationRow("POST /admin/prune", #"{"filter":{"q":"x"}}"#),
    ]

    private static func asking(_ route: String, _ question: String) -> IsolationRow {
        IsolationRow(
            "POST " + route,
            "{\(question)}",
            .body("{\(question),\(inConversation)}"),
            .body(#"{\#(question),"conversation":{"id":"{conversation}"}}"#),
            .header("X-Parley-Conversation: {conversation}")
        )
    }

    private static let chats = [
        asking("/chat", #""message":"x""#), asking("/ask_gpt", #""prompt":"x""#),
        asking("/v1/chat/completions", #""messages":\#(said)"#), asking("/v1/completions", #""prompt":"x""#),
        asking("/v1/engines/{engine}/chat/completions", #""messages":\#(said)"#),
        asking("/v1/engines/{engine}/completions", #""prompt":"x""#),
        IsolationRow("GET /v1/chat/completions", "", .query("after={completion}")),
        IsolationRow("GET /v1/chat/completions/{completion}"),
        IsolationRow("POST /v1/chat/completions/{completion}", #"{"metadata":{}}"#),
        IsolationRow("DELETE /v1/chat/completions/{completion}"),
        IsolationRow("GET /v1/chat/completions/{completion}/messages", "", .query("after={completion}-0")),
    ]

    private static func responding(_ route: String, _ more: String = "") -> IsolationRow {
        let question = #""input":\#(said)\#(more)"#
        let referring = #"{"input":[{"type":"item_reference","id":"{item}"}]\#(more)}"#
        return IsolationRow(
            "POST " + route,
            "{\(question)}",
            .body("{\(question),\(inConversation)}"),
            .body(#"{\#(question),"conversation":{"id":"{conversation}"}}"#),
            .body(#"{\#(question),"previous_response_id":"{response}"}"#),
            .body(referring),
            .body(#"{"input":[{"id":"{item}"}]\#(more)}"#),
            .header("X-Parley-Conversation: {conversation}")
        )
    }

    private static let responses = [
        responding("/v1/responses"), responding("/v1/responses/input_tokens"),
        responding("/v1/responses/compact", #","model":"echo-1""#),
        IsolationRow("GET /v1/responses/{response}", "", .path("stream=true&starting_after=0")),
        IsolationRow("DELETE /v1/responses/{response}"), IsolationRow("POST /v1/responses/{response}/cancel"),
        IsolationRow("GET /v1/responses/{response}/input_items", "", .query("after={input}")),
    ]

    private static let conversations = [
        IsolationRow("GET /v1/conversations", "", .query("after={conversation}")),
        IsolationRow("POST /v1/conversations", "{}"), IsolationRow("GET /v1/conversations/{conversation}"),
        IsolationRow("POST /v1/conversations/{conversation}", #"{"title":"x"}"#),
        IsolationRow("DELETE /v1/conversations/{conversation}"),
        IsolationRow("POST /v1/conversations/{conversation}/rewind"),
        IsolationRow("GET /v1/conversations/{conversation}/branches", "", .query("after={branch}")),
        IsolationRow("POST /v1/conversations/{conversation}/tip", #"{"item":"{item}"}"#, .body(#"{"item":"{item}"}"#)),
        IsolationRow("POST /v1/conversations/{conversation}/fork", "{}", .body(#"{"item":"{item}"}"#)),
        IsolationRow("GET /v1/conversations/{conversation}/context"),
        IsolationRow("POST /v1/conversations/{conversation}/context", "{}"),
        IsolationRow("GET /v1/conversations/{conversation}/export", "", .path("format=json")),
        IsolationRow("GET /v1/export", "", .query("id={conversation}")),
        IsolationRow("POST /v1/import"),
    ]

    private static let items = [
        IsolationRow("GET /v1/conversations/{conversation}/items", "", .query("after={item}")),
        IsolationRow("POST /v1/conversations/{conversation}/items", #"{"items":\#(said)}"#),
        IsolationRow("GET /v1/conversations/{conversation}/items/{item}"),
        IsolationRow("POST /v1/conversations/{conversation}/items/{item}", #"{"content":"x"}"#),
        IsolationRow("DELETE /v1/conversations/{conversation}/items/{item}"),
    ]

    private static let turns = [
        IsolationRow("GET /v1/conversations/{conversation}/turns", "", .query("after={turn}")),
        IsolationRow("GET /v1/turns/{turn}"), IsolationRow("POST /v1/turns/{turn}/cancel"),
    ]

    private static let searches = [
        IsolationRow("GET /v1/search", "", .query("after={item}&q=private"), .query("q=in:{conversation}"))
    ]

    private static let keeping = [
        IsolationRow("GET /v1/prune", "", .query("after={prune}")),
        IsolationRow("POST /v1/prune", #"{"filter":{"q":"x"}}"#),
        IsolationRow("GET /v1/stats"), IsolationRow("GET /v1/conversations/{conversation}/stats"),
        IsolationRow("POST /v1/conversations/{conversation}/restore"),
    ]

    private static let models = [
        IsolationRow("GET /v1/models"), IsolationRow("GET /v1/models/**"), IsolationRow("GET /v1/engines"),
        IsolationRow("GET /v1/engines/{engine}"), IsolationRow("GET /v1/usage"),
    ]
}
