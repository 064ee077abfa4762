import Parley

/// Knows some models and answers nothing: for routes that call no model.
struct FixedUpstream: Upstream {
    func route(_ model: String?) async throws -> ModelRoute {
        ModelRoute(upstream: "test", model: model ?? "small")
    }

    func open(_ request: UpstreamRequest) async throws -> any AnswerStream {
        throw ParleyError(.noUpstream, "There is no model here.")
    }

    func window(of route: ModelRoute) async -> Int? { nil }

    func models() async throws -> [ModelEntry] {
        ["small", "vendor/large"].map { ModelEntry(id: $0, upstream: "test", created: 7, owner: "somebody") }
    }
}
