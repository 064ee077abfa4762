import Parley

/// Who says an item, for people.
enum SpeakerName {
    static func of(_ item: Item) -> String {
        switch item.content.kind {
        case .message: of(item.content.role ?? .user)
        case .functionCall: "Call"
        case .functionCallOutput: "Result"
        case .reasoning: "Reasoning"
        case .compaction: "Summary"
        case .other: "Other"
        }
    }

    private static func of(_ role: ItemContent.Role) -> String {
        switch role {
        case .system: "System"
        case .developer: "Developer"
        case .user: "User"
        case .assistant: "Assistant"
        case .other: "Other"
        }
    }
}
