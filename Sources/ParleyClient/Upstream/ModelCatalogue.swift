import Parley
import Synchronization

/// The models of one upstream: asked for when first needed, kept for a minute, and then renewed while the old list goes on
/// serving.
final class ModelCatalogue: Sendable {
    private struct State {
        var entries: [ModelEntry]?
        var catalogue: ModelRouting.Catalogue
        var askedAt: ContinuousClock.Instant?
        var asking: Task<Void, Never>?

        func isStale(now: ContinuousClock.Instant) -> Bool {
            guard let askedAt else { return true }
            return now - askedAt > (entries == nil ? ModelCatalogue.patience : ModelCatalogue.lifetime)
        }
    }

    /// How long a list is good, and how long an upstream that did not answer is left alone.
    private static let lifetime = Duration.seconds(60)
    private static let patience = Duration.seconds(5)

    private let upstream: String
    private let isFixed: Bool
    private let fetch: @Sendable () async -> [ModelEntry]?
    private let state: Mutex<State>

    /// When there are `models`, they are configured, and the upstream is not asked.
    init(upstream: String, models: [String], fetch: @escaping @Sendable () async -> [ModelEntry]?) {
        self.upstream = upstream
        let entries = models.map { ModelEntry(id: $0, upstream: upstream, created: 0, owner: upstream) }
        self.fetch = fetch
        isFixed = !models.isEmpty
        state = Mutex(
            State(
                entries: isFixed ? entries : nil,
                catalogue: ModelRouting.Catalogue(upstream: upstream, models: isFixed ? models : nil)
            )
        )
    }

    /// What it serves, for routing.
    func catalogue() async -> ModelRouting.Catalogue {
        await freshen()
        return state.withLock { $0.catalogue }
    }

    /// Its models; `nil` when it does not say.
    func entries() async -> [ModelEntry]? {
        await freshen()
        return state.withLock { $0.entries }
    }

    /// Asks again when next needed: the list has proved wrong.
    func expire() {
        state.withLock { $0.askedAt = nil }
    }

    /// Begins to ask when the list is old, without waiting.
    func prepare() {
        state.withLock { state in
            guard !isFixed, state.isStale(now: .now), state.asking == nil else { return }
            state.askedAt = .now
            state.asking = Task { await self.ask() }
        }
    }

    /// Sees to it that there is a list, waiting only for the first.
    private func freshen() async {
        prepare()
        let asking = state.withLock { $0.entries == nil ? $0.asking : nil }
        await asking?.value
    }

    private func ask() async {
        let entries = await fetch()
        state.withLock { state in
            state.asking = nil
            // An upstream that is down for a moment has not lost its models.
            guard entries != nil || state.entries == nil else { return }
            state.entries = entries
            state.catalogue = ModelRouting.Catalogue(upstream: upstream, models: entries?.map(\.id))
        }
    }
}
