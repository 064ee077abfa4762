import Parley
import ParleyClient
import Synchronization

/// The upstreams that are set, else a model server that is found on this machine when one is first needed.
///
/// Looking for one costs up to a third of a second, and most commands never need a model.
final class DiscoveredUpstream: Upstream {
    private let options: UpstreamOptions
    private let addresses: [String]
    private let found: Mutex<HTTPUpstream?>

    /// `name` is what the server calls itself to others.
    init(_ settings: Settings, name: String) throws {
        options = UpstreamOptions(settings, name: name)
        addresses = settings.upstreams.map(\.baseURL)
        found = Mutex(settings.upstreams.isEmpty ? nil : try HTTPUpstream(settings.upstreams, options: options))
    }

    func route(_ model: String?) async throws -> ModelRoute {
        do {
            return try await upstream().route(model)
        } catch let error as ParleyError where error.code == .upstreamUnreachable {
            throw silent(error)
        }
    }

    func open(_ request: UpstreamRequest) async throws -> any AnswerStream {
        try await upstream().open(request)
    }

    func window(of route: ModelRoute) async -> Int? {
        await found.withLock(\.self)?.window(of: route)
    }

    func models() async throws -> [ModelEntry] {
        try await upstream().models()
    }

    /// Closes every connection.
    ///
    /// Nothing may be called afterwards.
    func shutdown() async {
        await found.withLock(\.self)?.shutdown()
    }

    private func upstream() async throws -> HTTPUpstream {
        if let upstream = found.withLock(\.self) { return upstream }
        guard let local = await LocalUpstream.discover() else { throw Self.none }
        let new = try HTTPUpstream([local], options: options)
        let kept = found.withLock { found in
            let kept = found ?? new
            found = kept
            return kept
        }
        // Two requests may have looked at once.
        if kept !== new { await new.shutdown() }
        return kept
    }

    /// No upstream answered, so there is no model to ask.
    private func silent(_ cause: ParleyError) -> ParleyError {
        guard !addresses.isEmpty else { return cause }
        return ParleyError(
            .upstreamUnreachable,
            "No model server answers at \(addresses.joined(separator: ", ")). Start it, or correct OPENAI_BASE_URL.",
            cause: cause
        )
    }

    private static var none: ParleyError {
        let usual = LocalUpstream.usual.map { "\($0.name) \($0.port)" }.joined(separator: ", ")
        return ParleyError(
            .noUpstream,
            "No model server is set and none runs on this machine (\(usual)). Set OPENAI_BASE_URL and OPENAI_API_KEY, "
                + "or start one; `parley doctor` tells more."
        )
    }
}
