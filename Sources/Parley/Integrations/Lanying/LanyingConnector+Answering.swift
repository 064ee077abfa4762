extension LanyingConnector {
    /// Does everything that a message asks for; what fails for a reason that passes is left for another time.
    func answer(_ message: LanyingMessage) async {
        do {
            guard try inbox.isWaiting(message.key, of: bot.owner.id) else { return }
            await markRead(message)
            let conversation = try await inbox.conversation(from: message.origin(bot: bot.id), of: bot.owner.id)
            if let change = message.change { try await apply(change, message, conversation) }
            if let text = try await reply(to: message, in: conversation) { try await send(text, as: message) }
            try await inbox.settle(message.key, of: bot.owner.id)
        } catch {
            report(message, ParleyError(error))
        }
    }

    /// The answer is worth more than the mark: without it the work goes on.
    private func markRead(_ message: LanyingMessage) async {
        do {
            try await server.send(outgoing(.read(message.id), "read", message))
        } catch {
            report(message, ParleyError(error))
        }
    }

    /// A reply that Lanying refuses is given up.
    private func send(_ text: String, as message: LanyingMessage) async throws {
        do {
            try await server.send(outgoing(.text(text), "reply", message))
        } catch let error as ParleyError where error.code == .upstreamRejected {
            report(message, error)
        }
    }

    private func outgoing(
        _ content: LanyingReply.Content,
        _ purpose: String,
        _ message: LanyingMessage
    ) -> LanyingReply {
        LanyingReply(
            appID: message.appID,
            bot: bot.id,
            receiver: message.sender,
            transactionID: message.transactionID(purpose),
            content: content
        )
    }

    private func apply(
        _ change: InboxChange,
        _ message: LanyingMessage,
        _ conversation: Conversation.ID
    ) async throws {
        try await patiently {
            try await turns.whileIdle(conversation) {
                try await inbox.apply(change, to: conversation, for: message.key, of: bot.owner.id)
            }
        }
    }

    /// Waits while somebody else works on the conversation, up to two minutes or a little more.
    private func patiently<Value>(_ attempt: () async throws -> Value) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            do {
                return try await attempt()
            } catch let error as ParleyError where error.code == .conversationLocked {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}

extension LanyingConnector {
    /// What is answered to a message; `nil` for nothing.
    private func reply(to message: LanyingMessage, in conversation: Conversation.ID) async throws -> String? {
        guard message.wishes.needsReply else { return nil }
        guard !message.onlyStartsOver else { return "prompt is reset" }
        do {
            let contents = try await patiently { try await turn(message, conversation) }
            let said = contents.filter { $0.kind == .message && $0.isFromModel }.map(\.text).joined(separator: "\n")
            let text = said.trimmedOfSpace
            return text.isEmpty ? bot.apology : text
        } catch {
            let error = ParleyError(error)
            guard !error.mayPass else { throw error }
            report(message, error)
            return bot.apology
        }
    }

    /// Carries the turn out, or finds what it answered before.
    private func turn(_ message: LanyingMessage, _ conversation: Conversation.ID) async throws -> [ItemContent] {
        switch try await turns.begin(request(message, conversation)) {
        case .replayed(_, let outputs): return outputs.map(\.content)
        case .background: throw ParleyError(.internalError, "The turn runs in the background.")
        case .running(let handle):
            let outcome = try await handle.run { _ in }
            if let error = outcome.error { throw error }
            return outcome.outputs.map(\.content)
        }
    }

    private func request(_ message: LanyingMessage, _ conversation: Conversation.ID) -> TurnRequest {
        let name = "lanying-turn\u{1F}\(message.key.id)"
        return TurnRequest(
            caller: Caller(user: bot.owner, key: nil, administers: false),
            face: .chat,
            operation: .chatCompletions,
            conversation: conversation,
            endUser: message.sender.text,
            instructions: [],
            input: [ItemContent(role: .user, text: message.text)],
            model: bot.model(for: message),
            policy: nil,
            budget: nil,
            maximumOutput: nil,
            tools: nil,
            recorded: true,
            stored: false,
            metadata: ["lanying_message": message.id.text],
            streamed: true,
            manySamples: false,
            idempotency: IdempotencyKey(key: name, request: Array(name.utf8)),
            fingerprint: Array(name.utf8),
            isRetry: false,
            encode: form.request
        )
    }
}

extension ParleyError {
    /// Not the model's failure: the same message may be answered later, by this process or the next.
    fileprivate var mayPass: Bool {
        switch code {
        case .shuttingDown, .cancelled, .conversationLocked, .overloaded, .storageFull, .storageReadOnly, .storageGone:
            true
        default: false
        }
    }
}
