import Parley
import Synchronization

/// Every limit that was set, in memory.
///
/// Changes are numbered inside their jobs, which come one after the other: of two at once the later one stays, whichever
/// of them is told first.
final class KnownAllowances: Sendable {
    private struct State {
        var known: [Spender: Allowance]
        var version = 0
        var next = 0
    }

    private let state: Mutex<State>

    init(_ known: [Spender: Allowance]) {
        state = Mutex(State(known: known))
    }

    subscript(spender: Spender) -> Allowance { state.withLock { $0.known[spender] ?? Allowance() } }

    /// What the tables say inside a job, with its number.
    func read(_ connection: any Connection) throws -> (known: [Spender: Allowance], version: Int) {
        let known = try Store.allowances(connection)
        return state.withLock { state in
            state.next += 1
            return (known, state.next)
        }
    }

    /// To be called once the job is durable.
    func take(_ read: (known: [Spender: Allowance], version: Int)) {
        state.withLock { state in
            guard read.version > state.version else { return }
            (state.known, state.version) = read
        }
    }
}
