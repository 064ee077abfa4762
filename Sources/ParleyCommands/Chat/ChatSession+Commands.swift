import Parley
import ParleyClient
import ParleyInterchange

extension ChatSession {
    func perform(_ command: SlashCommand, _ argument: String, _ api: APIClient) async throws {
        switch command {
        case .new: reset()
        case .list: try await list(api)
        case .open: try await open(named: argument, api)
        case .model: try await showOrSetModel(argument, api)
        case .system: try await showOrSetSystem(argument, api)
        case .context: try await showContext(api)
        case .retry: try await retry(api)
        case .undo: try await undo(api)
        case .export: try await export(argument, api)
        case .help: screen.help()
        case .quit: break
        }
    }

    private func reset() {
        conversation = nil
        unanswered = nil
        screen.explain("A new conversation.")
    }

    private func list(_ api: APIClient) async throws {
        listed = try await api.conversations(limit: 20)
        var table = Table.conversations(listed)
        table.columns.insert(Table.Column(heading: "", isNumber: true), at: 0)
        table.rows = table.rows.enumerated().map { [String($0.offset + 1)] + $0.element }
        screen.output.show(.array(listed), as: .table(table))
    }

    private func open(named argument: String, _ api: APIClient) async throws {
        if let number = Int(argument), listed.indices.contains(number - 1), let id = listed[number - 1]["id"]?.string {
            return try await open(id, api)
        }
        guard let reference = ConversationReference(argument: argument) else {
            throw ParleyError(.invalidValue, "Say which: /open 2 after /list, or /open ID.")
        }
        try await open(reference.id(on: api), api)
    }

    private func showOrSetModel(_ argument: String, _ api: APIClient) async throws {
        guard !argument.isEmpty else {
            let models = try await api.models().compactMap { $0["id"]?.string }
            let current = try await setting("model", api) ?? model ?? "the default"
            return screen.tell(["now: \(Terminal.safe(current))"] + models.map { Terminal.safe($0) })
        }
        model = argument
        try await set("model", .string(argument), api)
        screen.explain("The model is now \(argument).")
    }

    private func showOrSetSystem(_ argument: String, _ api: APIClient) async throws {
        guard !argument.isEmpty else {
            let current = try await setting("instructions", api) ?? system
            return screen.tell([Terminal.safe(current ?? "There are no instructions.")])
        }
        system = argument == "-" ? nil : argument
        try await set("instructions", JSON(system), api)
        screen.explain(system == nil ? "The instructions are cleared." : "The instructions are set.")
    }

    private func showContext(_ api: APIClient) async throws {
        let report = try await api.context(of: known())
        screen.output.show(report, as: .lines(ContextLines(report).lines(on: screen.terminal)))
    }

    private func retry(_ api: APIClient) async throws {
        if let unanswered { return try await send(unanswered, api) }
        guard let item = try await api.rewind(known()) else {
            throw ParleyError(.invalidValue, "There is no message to send again.")
        }
        try await send(ItemText.of(item), api)
    }

    private func undo(_ api: APIClient) async throws {
        unanswered = nil
        guard let item = try await api.rewind(known()) else {
            throw ParleyError(.invalidValue, "There is nothing to take back.")
        }
        screen.tell(["took back: \(Terminal.safe(DisplayWidth.cut(ItemText.of(item), to: 70)))"])
    }

    private func export(_ argument: String, _ api: APIClient) async throws {
        let format = ExportTarget(argument).format ?? ExportFormat.markdown.rawValue
        let text = try await api.export(known(), format: format)
        guard !argument.isEmpty else { return screen.tell([screen.raw ? text : Terminal.safe(text)]) }
        let file = try OutputFile(UserFolder.path(argument), .stays)
        try file.write(Array(text.utf8))
        try file.finish()
        screen.explain("Written to \(argument).")
    }
}

extension ChatSession {
    /// The conversation, which must have begun.
    func known() throws -> String {
        if let conversation { return conversation }
        throw ParleyError(.invalidValue, "Nothing has been said yet.")
    }

    private func setting(_ name: String, _ api: APIClient) async throws -> String? {
        guard let conversation else { return nil }
        return try await api.conversation(conversation)[name]?.string
    }

    private func set(_ name: String, _ value: JSON, _ api: APIClient) async throws {
        guard let conversation else { return }
        var body = JSON.Object()
        body[name] = value
        _ = try await api.updateConversation(conversation, .object(body))
    }
}
