import NIOPosix
package import Parley

/// The upstreams, over HTTP.
package final class HTTPUpstream: Upstream {
    private let clients: ClientPool
    private let watch: DeadlineWatch
    private let routing: ModelRouting
    private let endpoints: [Endpoint]
    private let catalogues: [ModelCatalogue]

    /// The upstreams are looked through for a model in their order.
    ///
    /// - Throws: ``ParleyError/Code/configuration`` for an address that is not one, or a name that comes twice.
    package init(_ upstreams: [UpstreamSettings], options: UpstreamOptions = UpstreamOptions()) throws {
        guard Set(upstreams.map(\.name)).count == upstreams.count else {
            throw ParleyError(.configuration, "Two upstreams have the same name.")
        }
        let clients = ClientPool(options)
        let watch = DeadlineWatch(options.deadlines, on: MultiThreadedEventLoopGroup.singleton.next())
        do {
            endpoints = try upstreams.map { try Endpoint($0, options: options, clients: clients, watch: watch) }
        } catch {
            clients.abandon()
            throw error
        }
        self.clients = clients
        self.watch = watch
        routing = options.routing
        catalogues = endpoints.map { endpoint in
            ModelCatalogue(upstream: endpoint.settings.name, models: endpoint.settings.models) {
                await endpoint.listModels()
            }
        }
    }

    /// Ends the calls that are open and closes every connection.
    ///
    /// Once, before the last reference goes.
    package func shutdown() async {
        watch.close()
        await clients.shutdown()
    }

    package func route(_ model: String?) async throws -> ModelRoute {
        for catalogue in catalogues { catalogue.prepare() }
        var current: [ModelRouting.Catalogue] = []
        for catalogue in catalogues { current.append(await catalogue.catalogue()) }
        return try routing.route(model, over: current)
    }

    package func open(_ request: UpstreamRequest) async throws -> any AnswerStream {
        guard let index = endpoints.firstIndex(where: { $0.settings.name == request.route.upstream }) else {
            throw ParleyError.noUpstream
        }
        do {
            return try await endpoints[index].open(request)
        } catch {
            let error = ParleyError(error)
            if error.code == .modelNotFound || error.code == .upstreamUnreachable { catalogues[index].expire() }
            throw error
        }
    }

    package func window(of route: ModelRoute) async -> Int? {
        guard let index = endpoints.firstIndex(where: { $0.settings.name == route.upstream }) else { return nil }
        return await catalogues[index].entries()?.first { $0.id == route.model }?.window
    }

    package func models() async throws -> [ModelEntry] {
        guard !catalogues.isEmpty else { throw ParleyError.noUpstream }
        for catalogue in catalogues { catalogue.prepare() }
        var models: [ModelEntry] = []
        for catalogue in catalogues { models += await catalogue.entries() ?? [] }
        return models
    }
}
