import Parley
import ParleyClient

/// Whether the server that commands ask can be reached.
struct ServerFindings {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    func all() async -> [Finding] {
        guard let server = settings.server else { return [] }
        do {
            try await Entrance(settings).with { api in
                try await api.ready()
                _ = try await api.conversations(limit: 1)
            }
            return [.good("server", "\(server.base) answers and takes the key")]
        } catch {
            return [.bad("server", error)]
        }
    }
}
