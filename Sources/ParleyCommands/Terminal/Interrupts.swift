import Dispatch
import Foundation
import Synchronization

/// What Ctrl-C does: it ends the process, unless something that can be stopped is going on.
final class Interrupts: Sendable {
    private let handler: Handler
    private let source: Mutex<any DispatchSourceSignal>

    init() {
        let handler = Handler()
        self.handler = handler
        source = Mutex(Self.source(handler))
    }

    /// Runs `body`; Ctrl-C calls `action` meanwhile.
    func handled<Result>(
        by action: @escaping @Sendable () -> Void,
        during body: () async throws -> Result
    ) async rethrows -> Result {
        handler.action.withLock { $0 = action }
        defer { handler.action.withLock { $0 = nil } }
        return try await body()
    }

    private static func source(_ handler: Handler) -> sending any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { handler.interrupted() }
        source.resume()
        return source
    }

    private final class Handler: Sendable {
        let action = Mutex<(@Sendable () -> Void)?>(nil)

        func interrupted() {
            guard let action = action.withLock(\.self) else { exit(ExitStatus.interrupted) }
            action()
        }
    }
}
