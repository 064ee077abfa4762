package import Parley

/// Which upstream and model serve a request that names a model.
package struct ModelRouting: Hashable, Sendable {
    /// Other names: from what a client says to a model, or to `upstream/model`.
    package var aliases: [String: String]
    /// What serves a request that names no model, or one that nobody knows; `nil` for the first that an upstream lists.
    package var defaultModel: String?
    /// Refuses names that nobody knows instead of serving them by the default model.
    package var strict: Bool

    package init(aliases: [String: String] = [:], defaultModel: String? = nil, strict: Bool = false) {
        self.aliases = aliases
        self.defaultModel = defaultModel
        self.strict = strict
    }

    /// What one upstream serves.
    package struct Catalogue: Hashable, Sendable {
        package var upstream: String
        /// `nil` when the upstream does not say.
        package var models: [String]? {
            didSet { known = Set(models ?? []) }
        }
        private var known: Set<String>

        package init(upstream: String, models: [String]?) {
            self.upstream = upstream
            self.models = models
            known = Set(models ?? [])
        }

        func lists(_ model: String) -> Bool { known.contains(model) }
    }

    /// The route of `model` over the upstreams in their order.
    ///
    /// A name that is listed is taken as it is; then come aliases, `upstream/model`, an upstream that does not say what it
    /// serves, and the default.
    /// - Throws: ``ParleyError/Code/noUpstream``; ``ParleyError/Code/modelNotFound`` in strict mode;
    ///   ``ParleyError/Code/upstreamUnreachable`` when there is no default because no upstream says what it serves.
    package func route(_ model: String?, over catalogues: [Catalogue]) throws(ParleyError) -> ModelRoute {
        guard let first = catalogues.first else { throw .noUpstream }
        guard let model, !model.isEmpty else { return try defaultRoute(catalogues) }
        if let route = known(model, catalogues) { return route }
        if let alias = aliases[model] {
            return known(alias, catalogues) ?? silent(alias, catalogues)
                ?? ModelRoute(upstream: first.upstream, model: alias)
        }
        if RetiredModels.contains(model), let route = try? defaultRoute(catalogues) { return route }
        if let route = silent(model, catalogues) { return route }
        guard !strict else { throw .modelNotFound(model) }
        return try defaultRoute(catalogues)
    }

    private func defaultRoute(_ catalogues: [Catalogue]) throws(ParleyError) -> ModelRoute {
        if let name = defaultModel, !name.isEmpty {
            let model = aliases[name] ?? name
            let first = catalogues.first?.upstream ?? ""
            return known(model, catalogues) ?? silent(model, catalogues) ?? ModelRoute(upstream: first, model: model)
        }
        for catalogue in catalogues {
            if let model = catalogue.models?.first { return ModelRoute(upstream: catalogue.upstream, model: model) }
        }
        throw .noDefaultModel
    }

    /// The route of a name that an upstream lists, or that begins with an upstream's name.
    private func known(_ model: String, _ catalogues: [Catalogue]) -> ModelRoute? {
        if let catalogue = catalogues.first(where: { $0.lists(model) }) {
            return ModelRoute(upstream: catalogue.upstream, model: model)
        }
        for catalogue in catalogues where model.hasPrefix(catalogue.upstream + "/") {
            let rest = String(model.dropFirst(catalogue.upstream.count + 1))
            let served = catalogue.models == nil || catalogue.lists(rest) || !strict
            if served, !rest.isEmpty { return ModelRoute(upstream: catalogue.upstream, model: rest) }
        }
        return nil
    }

    /// The route to an upstream that does not say what it serves: it may know the name.
    private func silent(_ model: String, _ catalogues: [Catalogue]) -> ModelRoute? {
        catalogues.first { $0.models == nil }.map { ModelRoute(upstream: $0.upstream, model: model) }
    }
}

extension ParleyError {
    static var noUpstream: Self {
        Self(.noUpstream, "No model server is configured. Set OPENAI_BASE_URL, or start one on this machine.")
    }

    static var noDefaultModel: Self {
        Self(
            .upstreamUnreachable,
            "The request names no model, and no upstream says which models it has. Name one, or set a default model.",
            parameter: "model"
        )
    }

    static func modelNotFound(_ model: String) -> Self {
        Self(.modelNotFound, "The model '\(model)' does not exist.", parameter: "model")
    }
}
