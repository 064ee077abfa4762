/// One event of an event stream.
package struct ServerSentEvent: Hashable, Sendable {
    /// What `event:` said; `nil` when it said nothing.
    package var name: String?
    /// The lines of `data:`, joined by line feeds.
    package var data: [UInt8]

    package init(name: String? = nil, data: [UInt8] = []) {
        self.name = name
        self.data = data
    }
}
