import Foundation
import Parley
import ParleyClient

/// Whether the upstreams answer, and have the model that is set.
struct UpstreamFindings {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    func all() async -> [Finding] {
        if settings.server != nil { return [] }
        if settings.upstreams.isEmpty { return [await discovered()] }
        var findings: [Finding] = []
        var listed: [String] = []
        for upstream in settings.upstreams {
            let (finding, models) = await look(at: upstream)
            findings.append(finding)
            listed += models + upstream.models
        }
        return findings + model(among: listed)
    }

    private func discovered() async -> Finding {
        if let found = await LocalUpstream.discover() {
            return .good("upstream", "none is set; \(found.name) answers at \(found.baseURL)")
        }
        let usual = LocalUpstream.usual.map { "\($0.name) \($0.port)" }.joined(separator: ", ")
        return .bad(
            "upstream",
            "none is set, and none was found on this machine (\(usual))",
            "Set OPENAI_BASE_URL and OPENAI_API_KEY, or start a model server."
        )
    }

    private func look(at upstream: UpstreamSettings) async -> (Finding, [String]) {
        let subject = "upstream \(upstream.name)"
        if settings.isOwn(upstream) {
            return (.bad(subject, "\(upstream.baseURL) is Parley's own address", "Name the server that answers."), [])
        }
        do {
            let models = try await models(of: upstream)
            let count = CountText.of(models.count, "model")
            return (.good(subject, "\(upstream.baseURL) answers, \(count)"), models)
        } catch let error as ParleyError {
            return (Self.failure(subject, upstream, error), [])
        } catch {
            return (.bad(subject, error), [])
        }
    }

    private static func failure(_ subject: String, _ upstream: UpstreamSettings, _ error: ParleyError) -> Finding {
        switch error.code {
        case .invalidKey, .missingKey, .forbidden:
            let key = upstream.key == nil ? "wants a key" : "refuses the key"
            return .bad(subject, "\(upstream.baseURL) \(key)", "Set the key where the address is set.")
        case .notFound, .unknownURL, .methodNotAllowed:
            return .doubtful(
                subject,
                "\(upstream.baseURL) answers, but lists no models",
                "Does the address end in /v1?"
            )
        case .upstreamUnreachable:
            return .bad(subject, "nobody answers at \(upstream.baseURL)", "Start that server, or correct the address.")
        default:
            return .bad(subject, "\(upstream.baseURL): \(error.message)")
        }
    }

    private func models(of upstream: UpstreamSettings) async throws -> [String] {
        let api = APIClient(try APIAddress(url: upstream.baseURL, key: upstream.key))
        let hasPath = !(URL(string: upstream.baseURL)?.path ?? "").trimmingCharacters(in: ["/"]).isEmpty
        let path = hasPath && !api.address.base.isShorter(than: upstream.baseURL) ? "/models" : "/v1/models"
        do {
            let models = try await api.send(.get, path)["data"]?.array ?? []
            await api.close()
            return models.compactMap { $0["id"]?.string }
        } catch {
            await api.close()
            throw error
        }
    }

    private func model(among listed: [String]) -> [Finding] {
        guard let name = settings.routing.defaultModel, !listed.isEmpty else { return [] }
        let model = settings.routing.aliases[name] ?? name
        let isKnown = listed.contains(model) || settings.upstreams.contains { model.hasPrefix($0.name + "/") }
        guard !isKnown else { return [.good("model", name)] }
        return [.doubtful("model", "\(name) is listed by no upstream", "`parley models list` shows those that are.")]
    }
}

extension String {
    /// Whether `/v1` was cut off an address.
    fileprivate func isShorter(than url: String) -> Bool {
        var url = Substring(url)
        while url.hasSuffix("/") { url.removeLast() }
        return utf8.count < url.utf8.count
    }
}
