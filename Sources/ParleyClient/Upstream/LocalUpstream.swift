import Parley

/// A model server on this machine, found on one of the usual ports.
package enum LocalUpstream {
    /// The usual ports, in the order of preference.
    package static let usual: [(name: String, port: Int)] = [
        ("llama.cpp", 8080), ("ollama", 11434), ("lmstudio", 1234), ("vllm", 8000),
    ]

    /// The first usual port at which a model server lists its models; `nil` when none does in 0.3 seconds.
    ///
    /// All are asked at once. A server that is not a model server does not give such a list.
    package static func discover() async -> UpstreamSettings? {
        await discover(among: usual, within: .milliseconds(300))
    }

    package static func discover(
        among places: [(name: String, port: Int)],
        within limit: Duration
    ) async -> UpstreamSettings? {
        var options = UpstreamOptions()
        options.deadlines.connect = limit
        options.deadlines.firstByte = limit
        options.deadlines.total = limit
        let candidates = places.map { UpstreamSettings(name: $0.name, baseURL: "http://127.0.0.1:\($0.port)/v1") }
        guard let upstream = try? HTTPUpstream(candidates, options: options) else { return nil }
        let listed = await Set((try? upstream.models())?.map(\.upstream) ?? [])
        await upstream.shutdown()
        return candidates.first { listed.contains($0.name) }
    }
}
