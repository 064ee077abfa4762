import Parley

/// What request ids name.
enum RequestMark: Identified {
    static let idPrefix = "req_"

    static func newID() -> String { Identifier<RequestMark>.random().text }
}
