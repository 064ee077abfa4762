import NIOCore
import Synchronization

/// The body of a request while it is written: pieces wait until the connection takes them, and whoever writes waits
/// when too many do.
///
/// One task writes, one reads.
package final class LineUpload: Sendable {
    /// Thrown to the writer once the request is over, whose answer says why.
    package struct Closed: Error {}

    /// How many pieces may wait.
    private static let capacity = 4

    private struct Taken {
        var piece: ByteBuffer?
        var writer: CheckedContinuation<Void, Never>?
        var isOver = false
    }

    private struct State {
        var pieces: [ByteBuffer] = []
        var hasEnded = false
        var failure: (any Error)?
        var isClosed = false
        var reader: CheckedContinuation<Void, Never>?
        var writer: CheckedContinuation<Void, Never>?

        mutating func take() throws -> Taken {
            guard pieces.isEmpty else { return Taken(piece: pieces.removeFirst(), writer: takeWriter()) }
            if let failure { throw failure }
            return Taken(isOver: hasEnded)
        }

        mutating func takeReader() -> CheckedContinuation<Void, Never>? {
            defer { reader = nil }
            return reader
        }

        mutating func takeWriter() -> CheckedContinuation<Void, Never>? {
            defer { writer = nil }
            return writer
        }
    }

    private let state = Mutex(State())

    init() {}

    /// Hands on some lines, and waits until there is room for more.
    ///
    /// - Throws: ``Closed``.
    package func write(_ bytes: [UInt8]) async throws {
        let piece = ByteBuffer(bytes: bytes)
        let reader = try state.withLock { state in
            guard !state.isClosed else { throw Closed() }
            state.pieces.append(piece)
            return state.takeReader()
        }
        reader?.resume()
        await withCheckedContinuation { writer in
            let waits = state.withLock { state in
                guard state.pieces.count >= Self.capacity, !state.isClosed else { return false }
                state.writer = writer
                return true
            }
            if !waits { writer.resume() }
        }
    }

    /// Ends the body; with an error the request is broken off.
    func finish(throwing error: (any Error)? = nil) {
        state.withLock { state in
            state.hasEnded = true
            state.failure = error
            return state.takeReader()
        }?
        .resume()
    }

    /// Nobody reads any more.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.pieces = []
            return state.takeWriter()
        }?
        .resume()
    }

    /// The next piece; waits for it.
    func next() async throws -> ByteBuffer? {
        while true {
            let taken = try state.withLock { state in try state.take() }
            taken.writer?.resume()
            if let piece = taken.piece { return piece }
            if taken.isOver { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { wait($0) }
            } onCancel: {
                finish(throwing: CancellationError())
            }
        }
    }

    private func wait(_ reader: CheckedContinuation<Void, Never>) {
        let waits = state.withLock { state in
            guard state.pieces.isEmpty, !state.hasEnded else { return false }
            state.reader = reader
            return true
        }
        if !waits { reader.resume() }
    }
}

/// The pieces of an upload, as the client library asks for them.
struct UploadBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let upload: LineUpload

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(upload: upload) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let upload: LineUpload

        mutating func next() async throws -> ByteBuffer? { try await upload.next() }
    }
}
