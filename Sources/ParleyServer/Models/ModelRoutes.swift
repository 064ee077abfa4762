import Hummingbird
import Parley
import ParleyWire

/// The models that can be asked for, also under their first name, engines.
struct ModelRoutes {
    let services: Services

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(ListObject.whole(try await services.upstream.models().map(ModelObject.json)))
    }

    /// A model's name may contain slashes, encoded or not.
    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let path = request.uri.path
        let name = path.firstRange(of: "/models/").map { path[$0.upperBound...] } ?? ""
        return .json(ModelObject.json(try await model(PercentCoding.decode(name.utf8) ?? String(name))))
    }

    @Sendable func listEngines(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(ListObject.whole(try await services.upstream.models().map(ModelObject.engine)))
    }

    @Sendable func showEngine(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(ModelObject.engine(try await model(context.parameter("engine"))))
    }

    private func model(_ name: String) async throws -> ModelEntry {
        if let model = try await services.upstream.models().first(where: { $0.id == name }) { return model }
        throw ParleyError(.modelNotFound, "The model '\(name)' does not exist.", parameter: "model")
    }
}
