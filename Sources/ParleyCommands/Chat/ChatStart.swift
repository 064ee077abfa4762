/// How a chat begins.
struct ChatStart: Sendable {
    /// What to go on with; `nil` for something new.
    var conversation: ConversationReference?
    /// Whether it is an error when it does not exist.
    var mustExist: Bool
    var model: String?
    var system: String?
}

/// How a part of a chat ended.
enum ChatEnd: Sendable {
    /// The person has left.
    case left
    /// The process that answered has left; the chat can go on with another one.
    case lostServer
}
