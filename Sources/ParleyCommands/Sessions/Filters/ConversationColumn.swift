import ArgumentParser
import Parley

/// What a list of conversations can show.
enum ConversationColumn: String, ExpressibleByArgument, CaseIterable, Sendable {
    case id
    case changed
    case created
    case deleted
    case items
    case model
    case tags
    case state
    case title

    static let standard: [ConversationColumn] = [.id, .changed, .items, .title]

    var column: Table.Column {
        Table.Column(heading: rawValue.uppercased(), isNumber: self == .items, isFlexible: self == .title)
    }

    func cell(_ conversation: JSON) -> String {
        switch self {
        case .id: ConversationReference.short(conversation["id"]?.string ?? "")
        case .changed: TimeText.of(conversation["updated_at"])
        case .created: TimeText.of(conversation["created_at"])
        case .deleted: TimeText.of(conversation["deleted_at"])
        case .items: (conversation["item_count"]?.int ?? 0).description
        case .model: conversation["model"]?.string ?? ""
        case .tags: (conversation["tags"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
        case .state:
            ["pinned", "held", "archived"].filter { conversation[$0]?.bool == true }.joined(separator: ", ")
        case .title: conversation["title"]?.string ?? ""
        }
    }
}
