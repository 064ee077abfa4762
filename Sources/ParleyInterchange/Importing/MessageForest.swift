/// The order of messages that name their parents, whatever is wrong with the names.
///
/// Parents are trusted; a list of children only orders siblings. Circles are cut open, and what has lost its parent
/// stands at the beginning. Linear in the number of messages.
struct MessageForest {
    struct Node {
        let id: String
        let parent: String?
        var children: [String] = []
    }

    /// One message in its place; its parent comes earlier.
    struct Step {
        let node: Int
        let parent: Int?
    }

    private let nodes: [Node]
    private let numbers: [String: Int]

    init(_ nodes: [Node]) {
        self.nodes = nodes
        numbers = Dictionary(nodes.enumerated().map { ($1.id, $0) }) { first, _ in first }
    }

    /// The number of the message with an id.
    func number(of id: String) -> Int? { numbers[id] }

    /// Every message once, parents before children and siblings in their order.
    func steps(_ notes: inout ImportNotes) -> [Step] {
        var parents = [Int?](repeating: nil, count: nodes.count)
        var children = [[Int]](repeating: [], count: nodes.count)
        var roots: [Int] = []
        var walk = Walk(count: nodes.count)
        for (number, node) in nodes.enumerated() {
            if numbers[node.id] != number {
                notes.add(.duplicateID)
                walk.isVisited[number] = true
            } else if let parent = node.parent.flatMap({ numbers[$0] }) {
                parents[number] = parent
                children[parent].append(number)
            } else {
                if node.parent != nil { notes.add(.lostParent) }
                roots.append(number)
            }
        }
        for number in nodes.indices where children[number].count > 1 { sort(&children[number], of: number) }
        for root in roots { walk.visit(root, parents, children) }
        for number in nodes.indices where !walk.isVisited[number] {
            notes.add(.cycle)
            parents[number] = nil
            walk.visit(number, parents, children)
        }
        return walk.steps
    }

    private func sort(_ children: inout [Int], of parent: Int) {
        let order = nodes[parent].children
        guard order.count > 1 else { return }
        let ranks = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
        let ranked = children.map { (rank: ranks[nodes[$0].id] ?? order.count, number: $0) }
        children = ranked.sorted { ($0.rank, $0.number) < ($1.rank, $1.number) }.map(\.number)
    }

    private struct Walk {
        var isVisited: [Bool]
        var steps: [Step] = []

        init(count: Int) {
            isVisited = Array(repeating: false, count: count)
            steps.reserveCapacity(count)
        }

        mutating func visit(_ root: Int, _ parents: [Int?], _ children: [[Int]]) {
            var waiting = [root]
            while let number = waiting.popLast() {
                guard !isVisited[number] else { continue }
                isVisited[number] = true
                steps.append(Step(node: number, parent: parents[number]))
                waiting.append(contentsOf: children[number].reversed())
            }
        }
    }
}
