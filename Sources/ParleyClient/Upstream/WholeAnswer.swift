import Parley
import Synchronization

/// An answer that came at once.
final class WholeAnswer: AnswerStream {
    private enum State {
        case whole(AnswerChunk)
        case taken
        case cancelled
    }

    private let state: Mutex<State>

    init(_ chunk: AnswerChunk) {
        state = Mutex(.whole(chunk))
    }

    func next() async throws -> [AnswerChunk]? {
        try state.withLock { state in
            switch state {
            case .whole(let chunk):
                state = .taken
                return [chunk]
            case .taken: return nil
            case .cancelled: throw ParleyError.cancelled
            }
        }
    }

    func cancel() {
        state.withLock { $0 = .cancelled }
    }
}
