package import Hummingbird
package import NIOCore
package import Parley

/// What the server knows about the request in hand.
package struct ParleyRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: any Channel
    /// The connection it came on; `nil` when that has gone already.
    package internal(set) var connection: Connection?
    /// Unique; the client finds it in `x-request-id`.
    package internal(set) var requestID = ""
    package internal(set) var limits = ServerLimits()
    /// Who asks, on routes that authenticate.
    package internal(set) var caller: Caller?

    package init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

extension ParleyRequestContext {
    /// Who asks.
    package func requireCaller() throws -> Caller {
        guard let caller else { throw ParleyError(.missingKey, "You didn't provide an API key.") }
        return caller
    }

    /// Whose things the request is about.
    package var owner: User.ID {
        get throws { try requireCaller().user.id }
    }

    /// Came through the unix socket.
    package var isLocal: Bool { connection?.isLocal ?? false }

    /// A part of the path, percent-decoded.
    package func parameter(_ name: String) -> String {
        let text = parameters.get(name) ?? ""
        return PercentCoding.decode(text.utf8) ?? text
    }

    /// The identifier in a part of the path.
    ///
    /// - Throws: ``ParleyError/Code/notFound`` when it cannot be one, as for one that nobody has.
    package func identifier<Subject>(_ name: String, _ kind: String) throws -> Identifier<Subject> {
        let text = parameter(name)
        guard let id = Identifier<Subject>(text) else { throw ParleyError.notFound(kind, text) }
        return id
    }
}
