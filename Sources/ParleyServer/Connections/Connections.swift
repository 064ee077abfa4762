import NIOCore
import Synchronization

/// The connections that are open, so that a request finds its own and no address holds too many.
package final class Connections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: Connection] = [:]
        var byAddress: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private let limits: ServerLimits

    package init(limits: ServerLimits = .init()) {
        self.limits = limits
    }

    /// How many are open.
    package var count: Int { state.withLock { $0.open.count } }

    /// - Returns: `nil` when its address has too many already.
    func add(_ channel: any Channel, isLocal: Bool) -> Connection? {
        let address = isLocal ? nil : channel.remoteAddress?.ipAddress
        return state.withLock { state in
            if let address {
                guard state.byAddress[address, default: 0] < limits.connectionsPerAddress else { return nil }
                state.byAddress[address, default: 0] += 1
            }
            let connection = Connection(isLocal: isLocal, address: address)
            state.open[ObjectIdentifier(channel)] = connection
            return connection
        }
    }

    func remove(_ channel: any Channel) {
        state.withLock { state in
            guard let connection = state.open.removeValue(forKey: ObjectIdentifier(channel)) else { return }
            guard let address = connection.address, let count = state.byAddress[address] else { return }
            state.byAddress[address] = count > 1 ? count - 1 : nil
        }
    }

    subscript(channel: any Channel) -> Connection? {
        state.withLock { $0.open[ObjectIdentifier(channel)] }
    }
}
