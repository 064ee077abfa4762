/// A form of exports that can be imported.
///
/// The raw value is the name on the command line, and the source that imported conversations carry.
package enum ImportFormat: String, CaseIterable, Sendable {
    /// Our own canonical form, which passes through unchanged.
    case parley
    case chatGPT = "chatgpt"
    case claude
    case openWebUI = "openwebui"
    case libreChat = "librechat"
    case chatbotUI = "chatbotui"
    case nextChat = "nextchat"
    /// The database of Simon Willison's command line tool.
    case llm
    case shareGPT = "sharegpt"
    case fineTune = "finetune"
    case aichat

    /// What people call it.
    package var title: String {
        switch self {
        case .parley: "Parley"
        case .chatGPT: "ChatGPT"
        case .claude: "Claude"
        case .openWebUI: "Open WebUI"
        case .libreChat: "LibreChat"
        case .chatbotUI: "Chatbot UI"
        case .nextChat: "NextChat"
        case .llm: "llm (logs.db)"
        case .shareGPT: "ShareGPT"
        case .fineTune: "fine-tuning JSONL"
        case .aichat: "aichat"
        }
    }

    /// What decodes its JSON; `nil` for our own form and for what is no JSON.
    var decoder: (any ConversationDecoder)? {
        switch self {
        case .chatGPT: ChatGPTDecoder()
        case .claude: ClaudeDecoder()
        case .openWebUI: OpenWebUIDecoder()
        case .libreChat: LibreChatDecoder()
        case .chatbotUI: ChatbotUIDecoder()
        case .nextChat: NextChatDecoder()
        case .shareGPT: ShareGPTDecoder()
        case .fineTune: FineTuneDecoder()
        case .aichat: AichatDecoder()
        case .parley, .llm: nil
        }
    }

    /// Every format, for messages.
    package static var titles: String { allCases.map(\.title).joined(separator: ", ") }
}
