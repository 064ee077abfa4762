import Parley
import ParleyClient
import Testing

@testable import ParleyCommands

@Suite struct SettingsTests {
    private func settings(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        dotEnv: [String: String] = [:],
        yaml: String = "{}"
    ) throws -> Settings {
        try Settings(
            SettingSources(layers: [
                SettingLayer(flags: flags), SettingLayer(.environment, variables: environment),
                SettingLayer(.dotEnv, variables: dotEnv), SettingLayer(yaml: Array(yaml.utf8), name: "yaml"),
            ])
        )
    }

    @Test func theStrongerSourceWins() throws {
        let all = try settings(
            flags: ["port": "1"],
            environment: ["PARLEY_PORT": "2", "PARLEY_HOST": "e"],
            dotEnv: ["PARLEY_PORT": "3", "PARLEY_HOST": "d", "PARLEY_MODEL": "d"],
            yaml: "port: 4\nhost: y\nmodel: y\ncontext_window: 5000\nrecord: off"
        )
        #expect(all.port == 1)
        #expect(all.host == "e")
        #expect(all.routing.defaultModel == "d")
        #expect(all.contextWindow == 5000)
        #expect(!all.record)
    }

    @Test func whatIsSetToNothingIsNotSet() throws {
        #expect(try settings(environment: ["PARLEY_HOST": ""], dotEnv: ["PARLEY_HOST": "d"]).host == "d")
    }

    @Test func aKeyGoesOnlyToTheAddressOfItsOwnSource() throws {
        let mixed = try settings(
            environment: ["OPENAI_API_KEY": "mine", "PARLEY_KEY": "mine"],
            dotEnv: ["OPENAI_BASE_URL": "http://evil.example/v1", "PARLEY_URL": "http://evil.example"]
        )
        #expect(mixed.upstreams.map(\.key) == [nil])
        #expect(mixed.server?.key == nil)
        #expect(mixed.withheld.count == 2)
        let whole = try settings(environment: ["OPENAI_API_KEY": "k", "OPENAI_API_BASE": "http://h/v1"])
        #expect(whole.upstreams == [UpstreamSettings(name: "openai", baseURL: "http://h/v1", key: Secret("k"))])
        #expect(whole.withheld.isEmpty)
    }

    @Test func aKeyAloneMeansOpenAI() throws {
        #expect(try settings(dotEnv: ["OPENAI_API_KEY": "k"]).upstreams.map(\.baseURL) == [Settings.openAI])
        #expect(try settings().upstreams.isEmpty)
    }

    @Test func severalUpstreamsComeInTheirOrder() throws {
        let file = """
            upstreams: [work, home-lab]
            upstream:
              work: {url: "https://w/v1", key: k, models: [a, b]}
              home-lab: {url: "http://h:8080/v1"}
            aliases: ["fast=a", "big = work/b"]
            """
        let all = try settings(environment: ["OPENAI_BASE_URL": "http://o/v1"], yaml: file)
        #expect(all.upstreams.map(\.name) == ["work", "home-lab", "openai"])
        #expect(all.upstreams.first?.models == ["a", "b"])
        #expect(all.routing.aliases == ["fast": "a", "big": "work/b"])
        let variables = ["PARLEY_UPSTREAMS": "home-lab", "PARLEY_UPSTREAM_HOME_LAB_URL": "http://e/v1"]
        #expect(try settings(environment: variables).upstreams.map(\.baseURL) == ["http://e/v1"])
    }

    @Test(arguments: [
        ["PARLEY_PORT": "x"], ["PARLEY_PORT": "70000"], ["PARLEY_RECORD": "maybe"], ["PARLEY_URL": "nonsense"],
        ["OPENAI_BASE_URL": "ftp://x"], ["PARLEY_UPSTREAMS": "a b"], ["PARLEY_UPSTREAMS": "a"], ["PARLEY_ALIASES": "x"],
        ["PARLEY_LOG_LEVEL": "loud"], ["PARLEY_CONTEXT_WINDOW": "1"],
    ])
    func nonsenseIsRefusedByName(environment: [String: String]) throws {
        let error = try #require(throws: ParleyError.self) { try settings(environment: environment) }
        #expect(error.code == .configuration)
    }

    @Test(arguments: [
        ("modle: x", "modle", "model"), ("limit:\n  bodi: 1", "limit.bodi", "limit.body"),
        ("upstream:\n  work: {uri: http://w}", "upstream.work.uri", "upstream.work.url"),
        ("port: 1\nPORT: 2", "PORT", "port"), ("openai: {key: x}", "openai.key", "openai.api_key"),
        ("upstreams: [a]\nupstream: {a: b}", "upstream.a", "upstreams"), ("\"\": 1", "", "url"),
    ])
    func anUnknownNameInTheFileIsRefused(yaml: String, unknown: String, nearest: String) throws {
        let error = try #require(throws: ParleyError.self) { try settings(yaml: yaml) }
        #expect(error.code == .configuration)
        #expect(error.message.hasPrefix("yaml: there is no setting '\(unknown)'. The nearest is '\(nearest)'"))
    }

    @Test func unknownNamesElsewhereAreNotOurs() throws {
        _ = try settings(environment: ["PARLEY_MODLE": "x"], dotEnv: ["PARLEY_MODLE": "x", "OTHER": "y"])
    }

    @Test func everySettingMayStandInTheFile() throws {
        let file = """
            {database: d, model: m, context_window: 8192, strict_models: on, aliases: "a=m", url: "https://p", key: k,
             openai: {base_url: "https://o/v1", api_key: k}, upstreams: [any-name],
             upstream: {any-name: {url: "https://u/v1", key: k, models: [m]}}, user: u, host: h, port: 1, record: off,
             anonymous_user: u, allowed_hosts: [h], allowed_origins: ["https://a"], retries: 1, log_level: debug,
             retention: {idle: 180d, users: "anna=30d", tags: "work=2w", usage: 52w, deleted: 1d}, network_disk: on,
             timeout: {connect: 1, first_byte: 2, idle: 3, total: 4}, config: c, prices: "m=1/2",
             lanying: {user_id: u, admin_token: t, api_endpoint: "https://l", callback_signature: s, message_404: n,
               message_antispam: n, user: u, model: m, presets: "short=m"}, admin: {read_conversations: on},
             limit: {body: 1048576, requests_per_minute: 1, tokens_per_minute: 2, concurrent_turns: 3,
               tokens_per_day: 4, tokens_per_month: 5, cost_per_day: 0.5, cost_per_month: 1.5}}
            """
        let sources = SettingSources(layers: [try SettingLayer(yaml: Array(file.utf8), name: "yaml")])
        let all = try Settings(sources)
        #expect(all.upstreams.contains { $0.name == "any-name" && $0.models == ["m"] && $0.key == Secret("k") })
        for setting in Setting.all where !setting.key.contains("NAME") {
            #expect(try sources.value(setting)?.source == .file, "\(setting.key)")
        }
    }

    @Test func secretsAreNotRepeatedInErrors() throws {
        let all = try settings(environment: ["OPENAI_API_KEY": "CANARY", "OPENAI_BASE_URL": "http://h/v1"])
        #expect(!SettingsFindings(all).all().map(\.detail).joined().contains("CANARY"))
    }

    @Test(arguments: ["http://127.0.0.1:8787/v1", "http://localhost:8787", "http://[::1]:8787/v1"])
    func ourOwnAddressIsNoUpstream(url: String) throws {
        let own = try settings(environment: ["OPENAI_BASE_URL": url])
        #expect(throws: ParleyError.self) { try own.refuseOwnAddress() }
        try settings(environment: ["OPENAI_BASE_URL": "http://127.0.0.1:8080/v1"]).refuseOwnAddress()
    }

    @Test func everySettingHasItsOwnNames() {
        let names = Setting.all.flatMap(\.variables)
        #expect(Set(names).count == names.count)
        #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
        let endings = ["KEY", "TOKEN", "SIGNATURE"]
        #expect(
            Setting.all.allSatisfy { setting in setting.isSecret == endings.contains { setting.name.hasSuffix($0) } }
        )
    }
}
