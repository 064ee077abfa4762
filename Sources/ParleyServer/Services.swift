package import Parley

/// What the routes stand on: the domain's ports, and the turns.
package struct Services: Sendable {
    package var conversations: any ConversationStore
    package var users: any UserStore
    package var turnStore: any TurnStore
    package var interchange: any InterchangeStore
    package var turns: Turns
    package var upstream: any Upstream
    package var storage: any Storage
    package var search: any SearchStore
    package var models: ModelTable
    package var audit: any AuditStore
    package var keeping: any KeepingStore
    /// Answers what people send to a bot of Lanying, when one is set.
    package var lanying: LanyingConnector?

    package init(
        conversations: any ConversationStore,
        users: any UserStore,
        turnStore: any TurnStore,
        interchange: any InterchangeStore,
        turns: Turns,
        upstream: any Upstream,
        storage: any Storage,
        search: any SearchStore,
        models: ModelTable,
        audit: any AuditStore,
        keeping: any KeepingStore,
        lanying: LanyingConnector? = nil
    ) {
        self.conversations = conversations
        self.users = users
        self.turnStore = turnStore
        self.interchange = interchange
        self.turns = turns
        self.upstream = upstream
        self.storage = storage
        self.search = search
        self.models = models
        self.audit = audit
        self.keeping = keeping
        self.lanying = lanying
    }
}
