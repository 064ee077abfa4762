import Dispatch
import Foundation
import Synchronization

/// What Ctrl-C does: it ends the process, unless something that can be stopped is going on.
final class Interrupts: Sendable {
    private let handler = Mutex<(@Sendable () -> Void)?>(nil)
    private let source = Mutex<(any DispatchSourceSignal)?>(nil)

    init() {
        unsafe signal(SIGINT, SIG_IGN)
        let new = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        new.setEventHandler { [weak self] in self?.interrupted() }
        new.resume()
        source.withLock { $0 = new }
    }

    /// Runs `body`; Ctrl-C calls `handler` meanwhile.
    func handled<Result>(by handler: @escaping @Sendable () -> Void, _ body: () async throws -> Result) async rethrows -> Result {
        self.handler.withLock { $0 = handler }
        defer { self.handler.withLock { $0 = nil } }
        return try await body()
    }

    private func interrupted() {
        guard let handler = handler.withLock(\.self) else { exit(ExitStatus.interrupted) }
        handler()
    }
}
