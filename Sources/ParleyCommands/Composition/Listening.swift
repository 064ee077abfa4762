import ParleyServer

/// Waits until every listener of a server listens.
struct Listening: Sendable {
    private let addresses: AsyncStream<ListeningAddress>
    private let announce: AsyncStream<ListeningAddress>.Continuation

    init() {
        (addresses, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(4))
    }

    func add(_ address: ListeningAddress) { announce.yield(address) }

    /// Says that no more will come.
    func finish() { announce.finish() }

    /// The addresses of all listeners.
    ///
    /// `nil` when they ended before. To be called once.
    func all(_ count: Int) async -> [ListeningAddress]? {
        var all: [ListeningAddress] = []
        for await address in addresses {
            all.append(address)
            if all.count == count { return all }
        }
        return nil
    }
}
