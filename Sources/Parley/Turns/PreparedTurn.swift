/// A request that is ready to be accepted.
struct PreparedTurn {
    var route: ModelRoute
    var context: Context?
    var acceptance: TurnAcceptance
    /// The summary that was made for this turn, to be stored with its answer.
    var summary: ItemDraft?
    /// Leave to run; `nil` when nothing limits who asks.
    var permit: Permit?

    /// What stands for the accepted turn when nothing is recorded.
    var unrecorded: AcceptedTurn {
        var turn = AcceptedTurn(
            id: acceptance.id,
            row: 0,
            conversation: nil,
            conversationRow: nil,
            inputTip: nil,
            hashes: .init(),
            endUser: nil,
            owner: acceptance.owner
        )
        turn.createdAt = acceptance.createdAt
        turn.isReserved = acceptance.reservation != nil
        return turn
    }
}

extension Turns {
    /// Reads what the turn needs and builds its context.
    ///
    /// Stores nothing.
    func prepare(_ request: TurnRequest, _ permit: Permit? = nil, explains: Bool) async throws -> PreparedTurn {
        guard request.buildsContext else {
            let route = try await upstream.route(request.model)
            return PreparedTurn(
                route: route,
                context: nil,
                acceptance: builder.acceptance(request, route, .random()),
                permit: permit
            )
        }
        var (request, head) = (request, try head(for: request))
        let route = try await upstream.route(request.model ?? head.settings.model)
        try leaveWhatIsKnown(&request, &head, explains: explains)
        let input = builder.counted(request.input.map { ItemDraft($0) })
        let window = await upstream.window(of: route)
        var context = try builder.context(for: request, input, head, route, window: window, explains: explains)
        var summary: Compaction?
        if let end = context.summariseUpTo, !explains {
            summary = try await summarise(head, upTo: end, in: context, for: request, route, window, permit)
            context = try builder.context(
                for: request,
                input,
                head,
                route,
                window: window,
                summary: summary,
                explains: false
            )
        }
        if request.face == .response { try CallPairs.check(context.items) }
        let made = try summary.map { try draft(of: $0, for: request.caller.user.id) }
        var acceptance = self.acceptance(of: request, input, head, route, context)
        // A summary costs, so it survives a crash; those who watch a turn in the background see the same again.
        if request.recorded, request.background || made != nil {
            acceptance.opening = TurnOpening(model: route.model, summary: made)
        }
        return PreparedTurn(route: route, context: context, acceptance: acceptance, summary: made, permit: permit)
    }

    /// Finds what a client sends again on the path, so that only what follows it is new.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` when nothing is new and nothing can be asked without.
    private func leaveWhatIsKnown(
        _ request: inout TurnRequest,
        _ head: inout ConversationHead,
        explains: Bool
    ) throws {
        // Instructions alone are a question too, and so is a response's history.
        let isQuestion =
            (request.input.isEmpty && !request.instructions.isEmpty) || (request.face == .response && head.tip != nil)
        if request.conversation != nil, request.input.contains(where: \.isFromModel) {
            let owner = request.caller.user.id
            let located = try store.locate(request.input, on: head, endUser: request.endUser, of: owner)
            head = located.head
            request.input.removeFirst(located.known)
        }
        guard !request.input.isEmpty || isQuestion || explains else {
            throw ParleyError(.invalidValue, "There is no new message in the request.", parameter: request.inputName)
        }
    }

    /// Where the path ends that a request goes on from.
    func head(for request: TurnRequest) throws -> ConversationHead {
        let owner = request.caller.user.id
        if let id = request.conversation { return try store.head(of: id, of: owner) }
        return try request.previous.map { try store.head(behind: $0, of: owner) } ?? .nothing
    }

    private func acceptance(
        of request: TurnRequest,
        _ input: [ItemDraft],
        _ head: ConversationHead,
        _ route: ModelRoute,
        _ context: Context
    ) -> TurnAcceptance {
        var acceptance = builder.acceptance(request, route, .random())
        acceptance.input = input
        acceptance.reservedTokens = context.report.tokens + (request.maximumOutput ?? context.report.budget.reserve)
        guard request.recorded else { return acceptance }
        let hasPath = request.conversation != nil || request.previous != nil
        acceptance.target = hasPath ? .conversation(head) : .hidden
        // A response behind another one leaves the conversation of that one where it is.
        acceptance.movesTip = request.previous == nil || head.isHidden
        guard request.conversation != nil else { return acceptance }
        acceptance.newCut = context.newCut
        acceptance.adoptsInstructions =
            request.face != .response && head.settings.instructions == nil && !request.instructions.isEmpty
        return acceptance
    }
}
