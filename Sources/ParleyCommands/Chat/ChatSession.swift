import Parley
import ParleyClient

/// One chat: reads lines, sends messages, shows answers.
final class ChatSession {
    let screen: ChatScreen
    private let lines: any LineSource
    private let interrupts = Interrupts()
    private let start: ChatStart
    private var hasBegun = false
    private var assembler = MessageAssembler()
    /// What was being done when the server was lost.
    private var repeated: ChatInput?

    /// The conversation that goes on; `nil` until something is said.
    var conversation: String?
    /// What a conversation that has not begun will have.
    var model: String?
    var system: String?
    /// A message without an answer, which can be sent again.
    var unanswered: String?
    /// The conversations that were listed last, for `/open N`.
    var listed: [JSON] = []

    init(screen: ChatScreen, lines: any LineSource, start: ChatStart) {
        self.screen = screen
        self.lines = lines
        self.start = start
        model = start.model
        system = start.system
    }

    /// Goes on until the person leaves or the server does.
    ///
    /// - Throws: what went wrong, when nobody is there to try again.
    func converse(_ api: APIClient, _ door: Door?) async throws -> ChatEnd {
        if !hasBegun {
            guard try await attended(door, { try await begin(api) }) else { return .lostServer }
            hasBegun = true
        }
        while let input = await nextInput() {
            if case .command(.quit, _) = input { return .left }
            repeated = nil
            do {
                guard try await attended(door, { try await act(on: input, api) }) else {
                    repeated = input
                    return .lostServer
                }
            } catch let error as ParleyError {
                guard screen.isTyped else { throw error }
                screen.terminal.complain(error.message)
            }
        }
        return .left
    }

    /// Does something while the server stays.
    /// - Returns: false when it could not be done because the server has left; another one can be looked for.
    private func attended(_ door: Door?, _ body: () async throws -> Void) async throws -> Bool {
        do {
            let attendance = try door?.enter()
            defer { attendance?.leave() }
            try await body()
            return true
        } catch let error as ParleyError where door != nil && (error.isUnreachable || error.code == .shuttingDown) {
            return false
        }
    }

    private func begin(_ api: APIClient) async throws {
        if let reference = start.conversation {
            do {
                try await open(reference.id(on: api), api)
            } catch let error as ParleyError where error.code == .notFound && !start.mustExist {
                screen.explain("There is no conversation yet; this is the first one.")
            }
        }
        if conversation != nil, start.model != nil || start.system != nil { try await change(api) }
        if conversation == nil { screen.explain("A new conversation. /help lists what you can do.") }
    }

    /// Gives an opened conversation what the command line asks for.
    private func change(_ api: APIClient) async throws {
        guard let conversation else { return }
        var body = JSON.Object()
        body["model"] = start.model.map(JSON.string)
        body["instructions"] = start.system.map(JSON.string)
        _ = try await api.updateConversation(conversation, .object(body))
    }
}

extension ChatSession {
    /// The next thing to do; `nil` at the end of the input.
    private func nextInput() async -> ChatInput? {
        if let repeated { return repeated }
        while true {
            switch await lines.next(prompt: screen.prompt(isOpen: assembler.isOpen)) {
            case .interrupted:
                assembler.clear()
                screen.terminal.line()
            case .text(let line):
                guard let text = assembler.add(line), !text.trimmed.isEmpty else { continue }
                await lines.remember(text)
                return ChatInput(text)
            case .end:
                if screen.isTyped { screen.terminal.line() }
                guard let text = assembler.finish(), !text.trimmed.isEmpty else { return nil }
                return ChatInput(text)
            }
        }
    }

    private func act(on input: ChatInput, _ api: APIClient) async throws {
        switch input {
        case .message(let text): try await send(text, api)
        case .command(let command, let argument): try await perform(command, argument, api)
        case .unknown(let word):
            throw ParleyError(
                .invalidValue,
                "There is no \(word). /help lists the commands; // begins a message with /."
            )
        }
    }

    /// Sends a message and shows the answer.
    ///
    /// Without an answer the message is kept for `/retry`.
    func send(_ text: String, _ api: APIClient) async throws {
        var body = TurnBody(text: text, system: system, model: model)
        let isNew = conversation == nil
        if isNew { conversation = try await api.createConversation(body.newConversation)["id"]?.string }
        body.conversation = conversation
        body.system = nil
        body.model = nil
        unanswered = text
        let printer = screen.output.format == .text ? AnswerPrinter(on: screen.terminal, raw: screen.raw) : nil
        defer { printer?.finish() }
        let answered: Answered
        do {
            answered = try await AnswerRun(api: api, interrupts: interrupts).run(body) { printer?.add($0) }
        } catch {
            if isNew { await forgetUnused(api) }
            throw error
        }
        unanswered = nil
        if screen.output.format == .json { screen.terminal.json(answered.json) }
        if answered.wasStopped { screen.explain("\n(stopped; what was said is kept)") }
        if answered.ending.finish == "length" { screen.explain("\n(the answer reached its limit of tokens)") }
    }

    /// Removes a conversation that was made for a message of which nothing was stored.
    private func forgetUnused(_ api: APIClient) async {
        guard let id = conversation, (try? await api.deleteUnused(id)) == true else { return }
        conversation = nil
    }
}
