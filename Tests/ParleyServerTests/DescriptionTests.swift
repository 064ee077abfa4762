import Parley
import ParleyServer
import Testing

/// `/openapi.json` says what the server serves.
@Suite(.timeLimit(.minutes(1)))
struct DescriptionTests {
    /// Routes that are there only when they are configured.
    private static let configured = ["POST /integrations/lanying/messages"]

    @Test func isServedWithoutAKey() async throws {
        try await TestServer.with { server in
            _ = try await server.key(of: "anna")
            let answer = try await server.send("GET", "/openapi.json")
            #expect(answer.status == 200 && answer.headers["content-type"] == "application/json; charset=utf-8")
            #expect(try answer.json == Description().document && answer.json["openapi"] == "3.1.0")
        }
    }

    @Test func describesEveryRouteAndNoOther() async throws {
        let served = Set(try await TestServer.routes().map(Description.name))
        let described = Set(try Description().operations.map(\.name))
        #expect(served.subtracting(described).sorted() == [], "served, and not described")
        #expect(described.subtracting(served).sorted() == Self.configured, "described, and not served")
    }

    @Test func everyOperationHasANameASummaryAndAnError() throws {
        let operations = try Description().operations
        for operation in operations {
            #expect(operation.members["operationId"]?.string?.isEmpty == false, "\(operation.name)")
            #expect(operation.members["summary"]?.string?.isEmpty == false, "\(operation.name)")
            let statuses = operation.members["responses"]?.object?.members.map(\.name) ?? []
            #expect(statuses.contains { $0.hasPrefix("2") }, "\(operation.name)")
            #expect(statuses.contains { $0.hasPrefix("4") }, "\(operation.name)")
        }
        let names = operations.compactMap { $0.members["operationId"]?.string }
        #expect(Set(names).count == operations.count)
    }

    @Test func everyErrorIsTheErrorObject() throws {
        let description = try Description()
        for operation in description.operations {
            for response in operation.members["responses"]?.object?.members ?? [] where !response.name.hasPrefix("2") {
                let schema = description.resolved(response.value)["content"]?["application/json"]?["schema"]
                #expect(schema?["$ref"] == "#/components/schemas/Error", "\(operation.name) \(response.name)")
            }
        }
    }

    @Test func everyPartOfAPathIsDescribed() throws {
        for operation in try Description().operations {
            let inPath = operation.name.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                $0.dropFirst().dropLast()
            }
            let described = operation.parameters.filter { $0["in"] == "path" && $0["required"] == true }
            #expect(inPath.map(String.init) == described.compactMap { $0["name"]?.string }, "\(operation.name)")
        }
    }

    @Test func everyReferenceNamesSomething() throws {
        let description = try Description()
        #expect(!description.references().isEmpty)
        for reference in description.references() {
            #expect(description.resolved(reference) != .null, "\(reference.text)")
        }
    }
}
