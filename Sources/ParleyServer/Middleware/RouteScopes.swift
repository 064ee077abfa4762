import HTTPTypes
import Parley

/// What a key must be allowed to do for a route: the one place that says so.
enum RouteScopes {
    /// One of these is enough.
    ///
    /// By the route that matched, never by the path that was sent.
    static func needed(_ method: HTTPRequest.Method, _ route: String) -> Set<KeyScopes.Scope> {
        let parts = route.split(separator: "/")
        if parts.first == "admin" || parts.first == "metrics" { return [.admin] }
        if parts.last == "export" { return [.export] }
        return method == .get || method == .head ? [.read, .chat] : [.chat]
    }

    /// - Throws: ``ParleyError/Code/forbidden`` when the caller's key may not.
    static func check(_ caller: Caller, _ method: HTTPRequest.Method, _ route: String) throws {
        guard let scopes = caller.scopes else { return }
        let needed = needed(method, route)
        guard !scopes.allows(needed) else { return }
        let names = KeyScopes.Scope.allCases.filter(needed.contains).map { "'\($0.rawValue)'" }.joined(
            separator: " or "
        )
        throw ParleyError(
            .forbidden,
            "This key lacks the scope \(names): it has \(scopes.names.joined(separator: ", ")). Use another key."
        )
    }
}
