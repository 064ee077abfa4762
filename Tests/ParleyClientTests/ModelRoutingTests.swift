import Parley
import ParleyClient
import Testing

struct ModelRoutingTests {
    typealias Catalogue = ModelRouting.Catalogue

    let two = [
        Catalogue(upstream: "a", models: ["m1", "gpt-3.5-turbo", "org/m3"]),
        Catalogue(upstream: "b", models: ["m2", "m1"]),
    ]
    let silent = [Catalogue(upstream: "a", models: ["m1"]), Catalogue(upstream: "s", models: nil)]

    private func route(
        _ model: String?,
        _ catalogues: [Catalogue],
        _ routing: ModelRouting = ModelRouting()
    ) throws -> String {
        let route = try routing.route(model, over: catalogues)
        return "\(route.upstream):\(route.model)"
    }

    @Test func aListedModelGoesToTheFirstThatListsIt() throws {
        #expect(try route("m1", two) == "a:m1")
        #expect(try route("m2", two) == "b:m2")
        #expect(try route("org/m3", two) == "a:org/m3")
    }

    @Test func theNameOfAnUpstreamChoosesIt() throws {
        #expect(try route("b/m1", two) == "b:m1")
        #expect(try route("b/unlisted", two) == "b:unlisted")
        #expect(try route("s/any/thing", silent) == "s:any/thing")
        #expect(throws: ParleyError.self) { try route("b/unlisted", two, ModelRouting(strict: true)) }
    }

    @Test func noModelIsTheDefault() throws {
        #expect(try route(nil, two) == "a:m1")
        #expect(try route("", two) == "a:m1")
        #expect(try route(nil, two, ModelRouting(defaultModel: "m2")) == "b:m2")
        #expect(try route(nil, two, ModelRouting(defaultModel: "unlisted")) == "a:unlisted")
        #expect(try route(nil, two, ModelRouting(aliases: ["x": "b/m1"], defaultModel: "x")) == "b:m1")
    }

    @Test(arguments: ["text-davinci-003", "davinci", "davinci-codex", "code-davinci-002", "ada", "gpt-3.5-turbo-0301"])
    func aRetiredNameIsTheDefaultAlsoInStrictMode(name: String) throws {
        #expect(try route(name, two) == "a:m1")
        #expect(try route(name, two, ModelRouting(strict: true)) == "a:m1")
        #expect(try route(name, two, ModelRouting(aliases: [name: "m2"])) == "b:m2")
    }

    @Test func aRetiredNameThatIsListedIsItself() throws {
        #expect(try route("gpt-3.5-turbo", two, ModelRouting(aliases: ["gpt-3.5-turbo": "m2"])) == "a:gpt-3.5-turbo")
    }

    @Test func anUnknownNameIsTheDefaultUnlessStrict() throws {
        #expect(try route("who", two) == "a:m1")
        #expect { try route("who", two, ModelRouting(strict: true)) } throws: {
            ParleyError($0).code == .modelNotFound
        }
    }

    @Test func anUpstreamThatDoesNotSayMayKnowTheName() throws {
        #expect(try route("who", silent) == "s:who")
        #expect(try route("who", silent, ModelRouting(strict: true)) == "s:who")
        #expect(try route("m1", silent) == "a:m1")
        #expect(try route("x", silent, ModelRouting(aliases: ["x": "y"])) == "s:y")
        #expect(try route("davinci", [silent[1]]) == "s:davinci")
    }

    @Test func withoutAnyListThereIsNoDefault() {
        #expect { try route(nil, [silent[1]]) } throws: { ParleyError($0).code == .upstreamUnreachable }
        #expect { try route(nil, []) } throws: { ParleyError($0).code == .noUpstream }
        #expect { try route("m", []) } throws: { ParleyError($0).code == .noUpstream }
    }
}
