import Parley

/// The nodes of one conversation, put in order and decoded one by one.
struct ChatGPTTree {
    private let nodes: [ChatGPTNode]
    private let forest: MessageForest
    private(set) var records = RecordTree()
    /// What the user had told the model in advance.
    private(set) var instructions: [JSON] = []
    private(set) var memories: [JSON] = []
    /// The last item of each node, or of the nearest node above that has one.
    private var ends: [String?]
    /// The call that waits for its result below each node.
    private var calls: [String?]

    init(_ mapping: JSON.Object, _ decoding: inout Decoding) {
        nodes = mapping.members.map { ChatGPTNode(id: $0.name, $0.value) }
        forest = MessageForest(nodes.map(\.place))
        ends = Array(repeating: nil, count: nodes.count)
        calls = ends
    }

    mutating func build(_ decoding: inout Decoding) {
        for step in forest.steps(&decoding.notes) { add(step, &decoding) }
    }

    /// The key of the item at which the conversation stands.
    func tip(_ current: String?, _ decoding: inout Decoding) -> String? {
        if let current, let number = forest.number(of: current), let end = ends[number] { return end }
        if !records.items.isEmpty { decoding.notes.add(.lostTip) }
        return records.newestLeaf
    }

    private mutating func add(_ step: MessageForest.Step, _ decoding: inout Decoding) {
        let parent = step.parent.flatMap { ends[$0] }
        let open = step.parent.flatMap { calls[$0] }
        ends[step.node] = parent
        calls[step.node] = open
        let node = nodes[step.node]
        guard let message = node.message else { return }
        if let told = message.instructions { instructions.append(told) }
        if let memory = message.memory { memories.append(memory) }
        guard let said = message.said(open, node.id, &decoding.notes) else { return }
        calls[step.node] = said.openCall
        let time = decoding.time(message.time)
        let rating = decoding.ratings[node.id] ?? message.id.flatMap { decoding.ratings[$0] }
        ends[step.node] = records.add(said.contents, key: node.id, behind: parent) { record in
            record.createdAt = time
            record.model = message.model
            if record.content.kind == .message { record.rating = rating }
            record.status = message.isUnfinished ? .incomplete : .completed
            if record.key == node.id { record.extra = message.extra(parent: node.parent) }
        }
    }
}
