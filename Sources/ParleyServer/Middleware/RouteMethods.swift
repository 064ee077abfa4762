import Hummingbird
import Parley
import Synchronization

/// Which methods a path has, for requests that no route took.
///
/// The router says the same of a wrong method and of an unknown path; clients are owed 405 and `Allow` for the first.
final class RouteMethods: Sendable {
    private struct Route {
        var path: RouterPath
        var method: HTTPRequest.Method
    }

    private let routes = Mutex<[Route]>([])

    /// Takes the routes over, once they are all there.
    func learn(_ router: Router<ParleyRequestContext>) {
        let known = router.routes.map { Route(path: $0.path, method: $0.method) }
        routes.withLock { $0 = known }
    }

    /// 405 when the path has routes of other methods, else 404.
    ///
    /// Over TCP there is no administration to be found.
    func answer(to request: Request, isLocal: Bool) -> Response {
        let path = request.uri.path
        let methods = isLocal || !Self.isHidden(path) ? methods(of: path) : []
        guard !methods.isEmpty else { return ParleyError.unknownURL(request).response }
        var response =
            ParleyError(.methodNotAllowed, "Not allowed to \(request.method.rawValue) on this URL.").response
        response.headers[.allow] = methods.joined(separator: ", ")
        return response
    }

    static func isHidden(_ path: String) -> Bool {
        let first = path.split(separator: "/").first
        return first == "admin" || first == "metrics"
    }

    private func methods(of path: String) -> [String] {
        let parts = path.split(separator: "/")
        let matching = routes.withLock { $0.filter { Self.matches($0.path, parts) } }
        let nearest = matching.map { Self.wildness($0.path) }.min { $0.lexicographicallyPrecedes($1) }
        let found = matching.filter { Self.wildness($0.path) == nearest }.map(\.method.rawValue)
        return Set(found.contains("GET") ? found + ["HEAD"] : found).sorted()
    }

    /// How much each part of a path leaves open: of the routes that match, the router takes the least open one alone.
    private static func wildness(_ path: RouterPath) -> [Int] {
        path.components.map { $0 == .recursiveWildcard ? 2 : $0.description.hasPrefix("{") ? 1 : 0 }
    }

    private static func matches(_ path: RouterPath, _ parts: [Substring]) -> Bool {
        if path.components.last == .recursiveWildcard {
            return parts.count >= path.count && zip(path, parts).allSatisfy { $0 ~= $1 }
        }
        return path.count == parts.count && zip(path, parts).allSatisfy { $0 ~= $1 }
    }
}

extension ParleyError {
    static func unknownURL(_ request: Request) -> Self {
        Self(.unknownURL, "Invalid URL (\(request.method.rawValue) \(request.uri.path.prefix(200)))")
    }
}
