import Hummingbird
import Parley
import ParleyServer

extension TestServer {
    /// Every route as `GET /v1/turns/{turn}`, sorted.
    static func routes() async throws -> [String] {
        var routes: [String] = []
        func note(_ router: Router<ParleyRequestContext>) {
            routes = router.routes.map { "\($0.method.rawValue) \($0.path.description)" }
        }
        try await with(routes: note) { _ in }
        return routes.sorted()
    }
}
