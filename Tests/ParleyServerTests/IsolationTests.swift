import Parley
import ParleyServer
import Testing

/// What is another's is to a user exactly what nobody has: on every route, and in every place for an id.
@Suite(.timeLimit(.minutes(1)))
struct IsolationTests {
    /// The members and parameters that name something of a user's.
    private static let names: Set = [
        "after", "conversation", "item", "previous_response_id", "X-Parley-Conversation",
    ]

    @Test func theTableHasEveryRouteAndEveryParameter() async throws {
        #expect(try await TestServer.routes() == IsolationRow.all.map(\.route).sorted())
        for row in IsolationRow.all { #expect(Belongings.words.isSuperset(of: row.words), "\(row.route)") }
    }

    @Test func theTableHasEveryPlaceThatTheDescriptionNames() throws {
        let description = try Description()
        for operation in description.operations {
            let content = operation.members["requestBody"]?["content"]?["application/json"]?["schema"]
            let members = content.map(description.resolved)?["properties"]?.object?.members.map(\.name) ?? []
            let others = operation.parameters.filter { $0["in"] != "path" }.compactMap { $0["name"]?.string }
            let row = IsolationRow.all.first { Description.name(of: $0.route) == operation.name }
            for name in Self.names.intersection(members + others) {
                #expect(row?.places.contains { $0.holds(name) } == true, "\(operation.name) \(name)")
            }
        }
    }

    @Test(arguments: IsolationRow.all.filter { !$0.attempts.isEmpty && !$0.isHidden })
    func anothersIdIsAnUnknownOne(_ row: IsolationRow) async throws {
        try await ChatServer.with { chat in
            let anna = try await chat.server.key(of: "anna")
            let berta = try await chat.server.key(of: "berta")
            let own = try await Belongings.make(on: chat.server, berta)
            for attempt in row.attempts {
                let others = try await Belongings.make(on: chat.server, anna)
                let unknown = others.unknown
                let foreign = try await attempt.send(to: chat.server, berta, own: own, asked: others)
                let missing = try await attempt.send(to: chat.server, berta, own: own, asked: unknown)
                #expect(foreign.status == 404 || foreign.status == 400, "\(attempt) \(foreign.text)")
                #expect(foreign.isWellFormedError, "\(attempt)")
                #expect(foreign.told(others) == missing.told(unknown), "\(attempt)")
                let control = try await attempt.send(to: chat.server, anna, own: others, asked: others)
                #expect(control.status == 200, "\(attempt) \(control.text)")
            }
        }
    }

    @Test(arguments: IsolationRow.all.filter { $0.method == "POST" })
    func anothersIdempotencyKeyIsAnUnusedOne(_ row: IsolationRow) async throws {
        guard !row.isHidden else { return }
        try await ChatServer.with { chat in
            let anna = try await chat.server.key(of: "anna").merging(["Idempotency-Key": "k"]) { $1 }
            let berta = try await chat.server.key(of: "berta").merging(["Idempotency-Key": "k"]) { $1 }
            let others = try await Belongings.make(on: chat.server, anna.filter { $0.key == "Authorization" })
            let own = try await Belongings.make(on: chat.server, berta.filter { $0.key == "Authorization" })
            let first = try await row.send(to: chat.server, anna, others)
            if !row.words.isEmpty { #expect(try await row.send(to: chat.server, berta, others).status == 404) }
            let second = try await row.send(to: chat.server, berta, own)
            #expect(first.status == 200 && second.status == 200, "\(first.text) \(second.text)")
            #expect(first.identifiers.isDisjoint(with: second.identifiers))
        }
    }

    @Test func withoutAKeyNothingIsAnswered() async throws {
        try await ChatServer.with { chat in
            let anna = try await chat.server.key(of: "anna")
            let others = try await Belongings.make(on: chat.server, anna)
            let open = Set(IsolationRow.open.map(\.route))
            for row in IsolationRow.all {
                let answer = try await row.send(to: chat.server, [:], others)
                let expected = open.contains(row.route) ? 200 : row.isHidden ? 404 : 401
                #expect(answer.status == expected, "\(row.route)")
                #expect(expected == 200 || answer.isWellFormedError, "\(row.route)")
            }
            for row in IsolationRow.administration {
                #expect(try await row.send(to: chat.server, anna, others).status == 404, "\(row.route)")
            }
        }
    }
}
