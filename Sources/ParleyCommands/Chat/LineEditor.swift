import CEdit
import Dispatch
import Foundation
import Synchronization

/// Lines that a person types, with editing and history.
///
/// libedit blocks its thread, so it has one of its own. A signal which ends the process gives the terminal back first.
final class LineEditor: LineSource {
    private let queue = DispatchQueue(label: "parley.editor")
    private let session: Mutex<Session>

    /// `nil` when the terminal cannot be used so.
    init?(history path: String?) {
        guard let session = Session(history: path) else { return nil }
        self.session = Mutex(session)
    }

    func next(prompt: String) async -> Line {
        await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: self.session.withLock { $0.read(prompt) })
            }
        }
    }

    func remember(_ message: String) async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.session.withLock { $0.remember(message) }
                continuation.resume()
            }
        }
    }
}

extension LineEditor {
    /// The editor itself, used by one thread at a time.
    @safe private struct Session: ~Copyable {
        private let editor: UnsafeMutablePointer<parley_editor>
        private let path: String?

        private static let historySize: Int32 = 1000

        init?(history path: String?) {
            guard let editor = unsafe parley_editor_new(Self.historySize) else { return nil }
            unsafe self.editor = editor
            self.path = path
            if let path { unsafe parley_editor_load(editor, path) }
        }

        deinit {
            unsafe parley_editor_free(editor)
        }

        func read(_ prompt: String) -> Line {
            guard let line = unsafe parley_editor_read(editor, prompt) else {
                return unsafe editor.pointee.interrupted ? .interrupted : .end
            }
            var text = unsafe String(cString: line)
            if text.hasSuffix("\n") { text.removeLast() }
            return .text(text)
        }

        func remember(_ message: String) {
            guard let path, !message.isEmpty else { return }
            unsafe parley_editor_remember(editor, message, path)
        }
    }
}
