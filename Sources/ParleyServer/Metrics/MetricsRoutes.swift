import Hummingbird
import Parley

/// `/metrics`, for Prometheus.
struct MetricsRoutes {
    let services: Services
    let state: ServerState

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let counts = state.metrics.current
        var text = MetricsText()
        requests(counts, &text)
        text.add("parley_connections", "gauge", "Open connections.", state.connections.count)
        text.add("parley_streams_open", "gauge", "Streams being written.", counts.openStreams)
        text.add("parley_turns_running", "gauge", "Turns between accept and settle.", services.turns.runningCount)
        text.family("parley_tokens_total", "counter", "Tokens of turns, by direction.")
        text.sample("parley_tokens_total", [("direction", "in")], counts.inputTokens)
        text.sample("parley_tokens_total", [("direction", "out")], counts.outputTokens)
        if let status = try? await services.storage.status() { database(status, &text) }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text.text))
        )
    }

    private func requests(_ counts: Metrics.Counts, _ text: inout MetricsText) {
        text.family("parley_requests_total", "counter", "Requests by route, method and class of status.")
        for (request, count) in counts.requests.sorted(by: { $0.key.route < $1.key.route }) {
            let labels = [("route", request.route), ("method", request.method), ("status", "\(request.status)xx")]
            text.sample("parley_requests_total", labels, count)
        }
        text.family("parley_request_seconds", "histogram", "From a request's head to its answer's end, by route.")
        for (route, histogram) in counts.durations.sorted(by: { $0.key < $1.key }) {
            text.histogram("parley_request_seconds", [("route", route)], histogram)
        }
    }

    private func database(_ status: DatabaseStatus, _ text: inout MetricsText) {
        text.add("parley_database_bytes", "gauge", "Size of the database.", status.size)
        text.add("parley_database_log_bytes", "gauge", "Size of the write-ahead log.", status.logSize)
        text.add("parley_database_free_bytes", "gauge", "Unused space in the database.", status.freeSize)
        text.add("parley_database_queue", "gauge", "Jobs that wait to be written.", status.queuedJobs)
        text.add("parley_database_commits_total", "counter", "Commits.", status.commits)
        text.add("parley_database_jobs_total", "counter", "Jobs written.", status.jobs)
        text.add("parley_database_writable", "gauge", "1 while writes are accepted.", status.refusal == nil ? 1 : 0)
    }
}
