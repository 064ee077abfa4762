/// A request that is ready to be accepted.
struct PreparedTurn {
    var route: ModelRoute
    var context: Context?
    var acceptance: TurnAcceptance

    /// What stands for the accepted turn when nothing is recorded.
    var unrecorded: AcceptedTurn {
        AcceptedTurn(
            id: acceptance.id,
            row: 0,
            conversation: nil,
            conversationRow: nil,
            inputTip: nil,
            hashes: .init(),
            endUser: nil,
            owner: acceptance.owner
        )
    }
}

extension Turns {
    /// Reads what the turn needs and builds its context.
    ///
    /// Stores nothing.
    func prepare(_ request: TurnRequest, explains: Bool) async throws -> PreparedTurn {
        guard let id = request.conversation else {
            let route = try await upstream.route(request.model)
            return PreparedTurn(
                route: route,
                context: nil,
                acceptance: builder.acceptance(request, route, .random())
            )
        }
        let owner = request.caller.user.id
        var head = try store.head(of: id, of: owner)
        let route = try await upstream.route(request.model ?? head.settings.model)
        var request = request
        // Instructions alone are a question too.
        let isInstructions = request.input.isEmpty && !request.instructions.isEmpty
        if request.input.contains(where: \.isFromModel) {
            let located = try store.locate(request.input, on: head, endUser: request.endUser, of: owner)
            head = located.head
            request.input.removeFirst(located.known)
        }
        guard !request.input.isEmpty || isInstructions || explains else {
            throw ParleyError(.invalidValue, "There is no new message in the request.", parameter: "messages")
        }
        let input = builder.counted(request.input.map { ItemDraft($0) })
        let context = try builder.context(
            for: request,
            input,
            head,
            route,
            window: await upstream.window(of: route),
            explains: explains
        )
        var acceptance = builder.acceptance(request, route, .random())
        acceptance.target = .conversation(head)
        acceptance.input = input
        acceptance.newCut = context.newCut
        acceptance.adoptsInstructions = head.settings.instructions == nil && !request.instructions.isEmpty
        acceptance.reservedTokens = context.report.tokens + (request.maximumOutput ?? context.report.budget.reserve)
        return PreparedTurn(route: route, context: context, acceptance: acceptance)
    }
}
