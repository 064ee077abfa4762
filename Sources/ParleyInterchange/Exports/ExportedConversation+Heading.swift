import Parley

extension ExportedConversation {
    /// The title on one line; the id when it has none.
    var heading: String {
        let title = conversation.title.split(whereSeparator: \.isNewline).joined(separator: " ")
        return title.allSatisfy(\.isWhitespace) ? conversation.id.text : title
    }
}
