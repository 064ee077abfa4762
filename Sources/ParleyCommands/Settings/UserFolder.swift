import Foundation

/// The folders of the person who runs the command, by the XDG rules.
enum UserFolder {
    static var home: String {
        ProcessInfo.processInfo.environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    }

    /// Where programs keep data.
    static var data: String { xdg("XDG_DATA_HOME") ?? home + "/.local/share" }
    /// Where programs keep what they remember between runs.
    static var state: String { xdg("XDG_STATE_HOME") ?? home + "/.local/state" }
    /// Where sockets are, when the system gives such a place.
    static var runtime: String? { xdg("XDG_RUNTIME_DIR") }

    /// A path that a person wrote, with `~` read as the home, made absolute.
    static func path(_ text: String) -> String {
        let expanded = text == "~" || text.hasPrefix("~/") ? home + text.dropFirst() : text
        if expanded.hasPrefix("/") { return expanded }
        return FileManager.default.currentDirectoryPath + "/" + expanded
    }

    private static func xdg(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}
