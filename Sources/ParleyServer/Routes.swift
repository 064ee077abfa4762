import Hummingbird

/// Every route of the server, so that one glance answers what it serves.
func makeRouter(services: Services, settings: ServerSettings, state: ServerState) -> Router<ParleyRequestContext> {
    let router = Router(context: ParleyRequestContext.self, options: [.autoGenerateHeadEndpoints])
    let methods = RouteMethods()
    router.add(middleware: ArrivalMiddleware(state: state, limits: settings.limits))
    router.add(middleware: SiteMiddleware(settings: settings))
    router.add(middleware: ErrorMiddleware(methods: methods))
    router.add(middleware: LoopMiddleware(server: settings.name))

    let authentication = Authentication(users: services.users, settings: settings)
    let reading = ForeignReading(audit: services.audit)
    func group(for guests: AuthenticationMiddleware.Guests) -> RouterGroup<ParleyRequestContext> {
        router.group().add(
            middleware: AuthenticationMiddleware(
                authentication: authentication,
                guests: guests,
                reading: reading,
                open: state.readings
            )
        )
    }
    let (users, anyone, administrators) = (group(for: .users), group(for: .anyone), group(for: .administrators))
    let idempotency = Idempotency(store: services.turnStore)

    addHealth(to: router, HealthRoutes(services: services, state: state))
    router.get("openapi.json", use: DescriptionRoutes().show)
    let chat = ChatRoutes(services: services, settings: settings, state: state)
    chat.add(to: users)
    chat.addTutorialRoutes(to: anyone)
    addStoredCompletions(to: users, StoredCompletionRoutes(services: services, idempotency: idempotency))
    addModels(to: users, ModelRoutes(services: services))
    addConversations(to: users, services, idempotency)
    addInterchange(to: users, services)
    addResponses(to: users, ResponseRoutes(services: services, state: state))
    addTurns(to: users, TurnRoutes(services: services))
    addKeeping(to: users, administrators, services, state)
    addUsage(to: users, administrators, UsageRoutes(services: services))
    users.get("v1/search", use: SearchRoutes(services: services).list)
    addAdministration(to: administrators, services, state, idempotency)
    if let connector = services.lanying {
        router.post("integrations/lanying/messages", use: LanyingRoutes(connector: connector).receive)
    }
    methods.learn(router)
    return router
}

private typealias Group = RouterGroup<ParleyRequestContext>

private func addHealth(to router: Router<ParleyRequestContext>, _ health: HealthRoutes) {
    router.get("health/live", use: health.live)
    router.get("health/ready", use: health.ready)
}

private func addStoredCompletions(to group: Group, _ completions: StoredCompletionRoutes) {
    group.get("v1/chat/completions", use: completions.list)
    group.get("v1/chat/completions/:completion", use: completions.show)
    group.post("v1/chat/completions/:completion", use: completions.update)
    group.delete("v1/chat/completions/:completion", use: completions.delete)
    group.get("v1/chat/completions/:completion/messages", use: completions.messages)
}

private func addModels(to group: Group, _ models: ModelRoutes) {
    group.get("v1/models", use: models.list)
    group.get("v1/models/**", use: models.show)
    group.get("v1/engines", use: models.listEngines)
    group.get("v1/engines/:engine", use: models.showEngine)
}

private func addConversations(to group: Group, _ services: Services, _ idempotency: Idempotency) {
    let conversations = ConversationRoutes(services: services, idempotency: idempotency)
    group.get("v1/conversations", use: conversations.list)
    group.post("v1/conversations", use: conversations.create)
    group.get("v1/conversations/:conversation", use: conversations.show)
    group.post("v1/conversations/:conversation", use: conversations.update)
    group.delete("v1/conversations/:conversation", use: conversations.delete)
    group.post("v1/conversations/:conversation/rewind", use: conversations.rewind)
    group.post("v1/conversations/:conversation/restore", use: conversations.restore)

    let items = ItemRoutes(services: services, idempotency: idempotency)
    group.get("v1/conversations/:conversation/items", use: items.list)
    group.post("v1/conversations/:conversation/items", use: items.create)
    group.get("v1/conversations/:conversation/items/:item", use: items.show)
    group.post("v1/conversations/:conversation/items/:item", use: items.update)
    group.delete("v1/conversations/:conversation/items/:item", use: items.delete)

    let branches = BranchRoutes(services: services, idempotency: idempotency)
    group.get("v1/conversations/:conversation/branches", use: branches.list)
    group.post("v1/conversations/:conversation/tip", use: branches.moveTip)
    group.post("v1/conversations/:conversation/fork", use: branches.fork)

    let context = ContextRoutes(services: services)
    group.get("v1/conversations/:conversation/context", use: context.show)
    group.post("v1/conversations/:conversation/context", use: context.show)
}

private func addInterchange(to group: Group, _ services: Services) {
    let exports = ExportRoutes(services: services)
    group.get("v1/export", use: exports.list)
    group.get("v1/conversations/:conversation/export", use: exports.show)
    group.post(RouterPath(ImportRoutes.path), use: ImportRoutes(services: services).create)
}

private func addResponses(to group: Group, _ responses: ResponseRoutes) {
    group.post("v1/responses", use: responses.create)
    group.post("v1/responses/input_tokens", use: responses.inputTokens)
    group.post("v1/responses/compact", use: responses.compact)
    group.get("v1/responses/:response", use: responses.show)
    group.delete("v1/responses/:response", use: responses.delete)
    group.post("v1/responses/:response/cancel", use: responses.cancel)
    group.get("v1/responses/:response/input_items", use: responses.inputItems)
}

private func addTurns(to group: Group, _ turns: TurnRoutes) {
    group.get("v1/conversations/:conversation/turns", use: turns.list)
    group.get("v1/turns/:turn", use: turns.show)
    group.post("v1/turns/:turn/cancel", use: turns.cancel)
}

private func addKeeping(to users: Group, _ administrators: Group, _ services: Services, _ state: ServerState) {
    let statistics = StatisticsRoutes(services: services)
    users.get("v1/stats", use: statistics.all)
    users.get("v1/conversations/:conversation/stats", use: statistics.show)

    let own = PruneRoutes(services: services, forAdministrators: false)
    users.get("v1/prune", use: own.list)
    users.post("v1/prune", use: own.prune)
    let everybodys = PruneRoutes(services: services, forAdministrators: true)
    administrators.get("admin/prune", use: everybodys.list)
    administrators.post("admin/prune", use: everybodys.prune)

    let erasures = ErasureRoutes(services: services, access: .init(turns: services.turns, readings: state.readings))
    administrators.get("admin/erasures", use: erasures.list)
    administrators.post("admin/users/:name/erase", use: erasures.create)
}

private func addUsage(to users: Group, _ administrators: Group, _ usage: UsageRoutes) {
    users.get("v1/usage", use: usage.own)
    administrators.get("admin/usage", use: usage.all)
}

private func addAdministration(
    to group: Group,
    _ services: Services,
    _ state: ServerState,
    _ idempotency: Idempotency
) {
    let ending = AccessEnding(turns: services.turns, readings: state.readings)
    let users = UserRoutes(services: services, idempotency: idempotency, access: ending)
    group.get("admin/users", use: users.list)
    group.post("admin/users", use: users.create)
    group.get("admin/users/:name", use: users.show)
    group.post("admin/users/:name", use: users.update)
    group.get("admin/users/:name/conversations", use: users.conversations)

    let keys = KeyRoutes(services: services, idempotency: idempotency, access: ending)
    group.get("admin/keys", use: keys.list)
    group.post("admin/keys", use: keys.create)
    group.post("admin/keys/:handle", use: keys.update)
    group.delete("admin/keys/:handle", use: keys.delete)
    group.post("admin/keys/:handle/rotate", use: keys.rotate)

    let audit = AuditRoutes(services: services)
    group.get("admin/audit", use: audit.list)
    group.post("admin/audit/verify", use: audit.verify)

    let database = DatabaseRoutes(services: services)
    group.get("admin/database", use: database.show)
    group.post("admin/database/backup", use: database.backUp)
    group.post("admin/database/check", use: database.check)
    group.post("admin/database/vacuum", use: database.vacuum)
    group.post("admin/database/reindex", use: database.reindex)
    group.get("metrics", use: MetricsRoutes(services: services, state: state).show)
}
