/// Where a listener accepts connections.
package enum ListeningAddress: Hashable, Sendable {
    /// The port is the one that was bound, also when any was asked for.
    case tcp(host: String, port: Int)
    case socket(path: String)
}
