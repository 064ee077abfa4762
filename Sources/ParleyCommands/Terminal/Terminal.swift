import Foundation
import Parley

/// Where text for people goes, and the only place that writes it.
package struct Terminal: Sendable {
    /// Whether somebody sees the output as it comes.
    package let isInteractive: Bool
    /// Whether somebody types the input.
    package let hasKeyboard: Bool
    /// Whether the output may have colours: a terminal, and neither `NO_COLOR` nor a dumb one.
    package let hasColours: Bool
    /// Whether a line on standard error can be replaced by the next.
    let showsProgress: Bool
    /// Whether errors may have colours.
    private let hasErrorColours: Bool

    /// The process's own streams.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        isInteractive = isatty(STDOUT_FILENO) == 1
        hasKeyboard = isatty(STDIN_FILENO) == 1
        let wanted = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        hasColours = wanted && isInteractive
        showsProgress = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        hasErrorColours = wanted && isatty(STDERR_FILENO) == 1
    }

    /// Writes text of ours to standard output, as it is.
    package func write(_ text: String) {
        Self.write(text, to: STDOUT_FILENO)
    }

    /// Writes bytes to standard output, as they are; not to a terminal.
    ///
    /// - Throws: ``ParleyError/Code/storageFull`` or ``ParleyError/Code/storageReadOnly`` when not all are taken.
    func write(bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes[start...].withUnsafeBytes {
                unsafe Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw LostOutput.error(errno) }
            start += count
        }
    }

    /// Writes a line of ours to standard output.
    package func line(_ text: String = "") {
        Self.write(text + "\n", to: STDOUT_FILENO)
    }

    /// Writes a line to standard error: an error, or what is not part of the result.
    package func note(_ text: String) {
        Self.write(styled(SafeText.safe(text), .dim, colours: hasErrorColours) + "\n", to: STDERR_FILENO)
    }

    /// Writes a line to standard error that the next one replaces.
    func progress(_ text: String) {
        let line = DisplayWidth.cut(Terminal.safe(text), to: max(width - 1, 1))
        Self.write("\r\u{1B}[K\(line)", to: STDERR_FILENO)
    }

    /// Writes the line that ends a command which failed.
    package func complain(_ message: String) {
        let line = SafeText.safe(message).split(whereSeparator: \.isNewline).joined(separator: " ")
        Self.write(styled("parley:", .red, colours: hasErrorColours) + " \(line)\n", to: STDERR_FILENO)
    }

    /// Writes a JSON value as one line of standard output.
    func json(_ value: JSON) {
        line(TerminalJSON.text(value))
    }

    /// Text that somebody else wrote, made harmless.
    package static func safe(_ text: String) -> String { SafeText.safe(text) }

    /// The text in a style, where styles can be seen.
    func styled(_ text: String, _ style: Style) -> String {
        styled(text, style, colours: hasColours)
    }

    private func styled(_ text: String, _ style: Style, colours: Bool) -> String {
        colours ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    enum Style: Int, Sendable {
        case bold = 1
        case dim = 2
        case red = 31
        case green = 32
        case yellow = 33
        case cyan = 36
    }
}

extension Terminal {
    /// The width of the window in columns, 80 when there is none.
    package var width: Int {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// The height of the window in lines, 24 when there is none.
    package var height: Int {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    /// Everything, or as much as is taken; what is lost ends the command later, see ``LostOutput``.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while unsafe !rest.isEmpty {
                let count = unsafe Foundation.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                guard count > 0 else { return LostOutput.note(errno, descriptor) }
                unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
