import Parley

/// One request with an id in one place of it.
struct IsolationAttempt: Sendable, CustomStringConvertible {
    var method: String
    var path: String
    var header: String?
    var body: String
    /// The words of the path that are asked for; the others are the asking user's own.
    var asked: Set<String>

    var description: String { "\(method) \(path) \(header ?? "") \(body) \(asked.sorted())" }

    /// Sends it with the user's own ids where nothing is asked for.
    func send(
        to server: TestServer,
        _ key: [String: String],
        own: Belongings,
        asked others: Belongings
    ) async throws -> RawAnswer {
        let inPath = asked.reduce(own) { $0.with($1, of: others) }
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        let query = parts.count > 1 ? "?" + others.filling(parts[1]) : ""
        var headers = key
        if let header {
            let field = header.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
            headers[String(field[0])] = others.filling(String(field[1]))
        }
        return try await server.send(method, inPath.filling(parts[0]) + query, headers, others.filling(body))
    }
}

extension IsolationRow {
    /// A request for each place, and for each parameter of the path.
    var attempts: [IsolationAttempt] {
        let plain = IsolationAttempt(method: method, path: path, body: body, asked: Set(words))
        // The last parameter alone, below something of one's own.
        let inner = words.count > 1 ? [Set(words.suffix(1))] : []
        let inPath = words.isEmpty ? [] : [plain] + inner.map { words in plain.with { $0.asked = words } }
        return inPath
            + places.map { place in
                plain.with { attempt in
                    switch place {
                    case .path(let query): attempt.path += "?\(query)"
                    case .query(let query): (attempt.path, attempt.asked) = ("\(path)?\(query)", [])
                    case .body(let body): (attempt.body, attempt.asked) = (body, [])
                    case .header(let header): (attempt.header, attempt.asked) = (header, [])
                    }
                }
            }
    }

    /// Sends the plain request with the ids of one user.
    func send(to server: TestServer, _ headers: [String: String], _ ids: Belongings) async throws -> RawAnswer {
        try await server.send(
            method,
            ids.filling(path).replacing("{handle}", with: "x").replacing("{name}", with: "x"),
            headers,
            ids.filling(body)
        )
    }
}

extension IsolationRow.Place {
    /// Whether an id stands in the member or parameter of that name.
    func holds(_ name: String) -> Bool {
        switch self {
        case .path: false
        case .query(let query): query.hasPrefix("\(name)={")
        case .body(let body): body.contains("\"\(name)\":\"{") || body.contains("\"\(name)\":{\"id\":\"{")
        case .header(let header): header.hasPrefix("\(name): {")
        }
    }
}

extension IsolationAttempt {
    fileprivate func with(_ change: (inout Self) -> Void) -> Self {
        var result = self
        change(&result)
        return result
    }
}

extension RawAnswer {
    /// Everything that is told, without the digits of ids and what names this one answer.
    func told(_ ids: Belongings) -> [String] {
        let headers = headers.filter { !["x-request-id", "date"].contains($0.key) }.map { "\($0.key): \($0.value)" }
        return ["\(status)"] + headers.sorted() + [ids.emptying(text)]
    }

    /// The digits of every id in it.
    var identifiers: Set<Substring> {
        let words = (text + (headers["x-parley-conversation"] ?? "") + "," + (headers["x-parley-turn"] ?? ""))
            .split { !$0.isHexDigit || $0.isUppercase }
        return Set(words.filter { $0.count == 48 })
    }
}
