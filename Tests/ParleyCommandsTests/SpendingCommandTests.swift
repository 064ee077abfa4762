import Foundation
import Parley
import Testing

/// Users, keys, usage and the audit log on the command line.
@Suite(.timeLimit(.minutes(3))) struct SpendingCommandTests {
    @Test func aLimitHoldsAndUsageIsShown() async throws {
        try await Workplace.with(["PARLEY_PRICES": "echo-1=1000/1000"]) { place in
            #expect(try await place.parley("users", "add", "anna").status == 0)
            #expect(try await place.parley("ask", "--user", "anna", "Hello").status == 0)
            let limited = try await place.parley("users", "limit", "anna", "--cost-per-month", "0.001", "--json").json
            #expect(limited["limits"]?["cost_per_month"] == .number("0.001"))
            let refused = try await place.parley("ask", "--user", "anna", "Hello again")
            #expect(refused.status == 1 && refused.errors.contains("$0.001 a month"), "\(refused.errors)")
            #expect(try await place.parley("users", "limit", "anna", "--cost-per-month", "off").status == 0)
            #expect(try await place.parley("ask", "--user", "anna", "Hello again").status == 0)
            let usage = try await place.parley("usage", "--by", "model", "--user", "anna", "--json").json
            #expect(usage["total"]?["turns"] == 2 && usage["total"]?["cost"]?.double.map { $0 > 0 } == true)
            let csv = try await place.parley("usage", "--by", "user", "--csv").output
            #expect(csv.hasPrefix("user,turns,") && csv.contains("\nanna,2,"))
            let chart = try await place.parley("usage", "--everyone", "--chart").output
            #expect(chart.contains("█") && !chart.contains("\u{1B}"))
            #expect(try await place.parley("usage").output.contains("Nothing was used"))
            #expect(try await place.parley("usage", "--csv", "--chart").status == 64)
            #expect(try await place.parley("users", "limit", "anna").status == 64)
        }
    }

    @Test func aKeyIsScopedRotatedAndLogged() async throws {
        try await Workplace.with { place in
            #expect(try await place.parley("users", "add", "ada", "--role", "admin").status == 0)
            let made = try await place.parley(
                "keys",
                "create",
                "--user",
                "ada",
                "--scopes",
                "chat,read",
                "--expires",
                "90d",
                "--json"
            ).json
            #expect(made["scopes"] == ["chat", "read"] && made["expires_at"]?.int != nil)
            let handle = made["handle"]?.string ?? ""
            let next = try await place.parley("keys", "rotate", handle, "--overlap", "24h", "--json").json
            #expect(next["key"]?.string?.hasPrefix("prl_") == true && next["scopes"] == made["scopes"])
            #expect(try await place.parley("keys", "limit", handle, "--requests-per-minute", "5").output.contains("5"))
            let list = try await place.parley("keys", "list").output
            #expect(list.contains("chat,read") && list.contains("requests_per_minute=5") && list.contains("until "))
            #expect(try await place.parley("users", "disable", "ada").output.contains("disabled"))
            #expect(try await place.parley("users", "enable", "ada").status == 0)
            #expect(try await place.parley("users", "role", "ada", "user").output.contains("user"))
            #expect(try await place.parley("users", "show", "ada", "--json").json["role"] == "user")
            let log = try await place.parley("audit", "list", "--user", "local", "--json").json.array ?? []
            let actions = log.compactMap { $0["action"]?.string }.filter { $0 != "user.change" }
            #expect(actions == ["budget.change", "key.rotate", "key.create", "user.add"])
            #expect(try await place.parley("audit", "list", "--action", "key.create").output.contains(handle))
            let verdict = try await place.parley("audit", "verify", "--json")
            #expect(verdict.status == 0 && verdict.json["whole"] == true)
            let other = try await place.parley("audit", "verify", "--containing", String(repeating: "0", count: 64))
            #expect(other.status == 74 && other.errors.contains("broken"))
        }
    }
}
