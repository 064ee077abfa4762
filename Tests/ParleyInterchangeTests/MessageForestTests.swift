import Testing

@testable import ParleyInterchange

@Suite("The order of messages that name their parents")
struct MessageForestTests {
    private func order(_ nodes: [(String, String?, [String])]) -> (ids: [String], notes: ImportNotes) {
        let nodes = nodes.map { MessageForest.Node(id: $0.0, parent: $0.1, children: $0.2) }
        var notes = ImportNotes()
        let steps = MessageForest(nodes).steps(&notes)
        return (steps.map { nodes[$0.node].id }, notes)
    }

    @Test("puts parents first and siblings as their parent lists them")
    func parentsFirst() {
        let found = order([("c", "a", []), ("b", "a", []), ("a", nil, ["b", "c"]), ("d", "b", [])])
        #expect(found.ids == ["a", "b", "d", "c"])
        #expect(found.notes.counts.isEmpty)
    }

    @Test("cuts circles open and keeps everything in them")
    func circles() {
        let found = order([("a", "b", []), ("b", "a", []), ("s", "s", []), ("r", nil, []), ("x", "gone", [])])
        #expect(Set(found.ids) == ["a", "b", "s", "r", "x"])
        #expect(found.ids.count == 5)
        #expect(found.notes.counts == [.cycle: 2, .lostParent: 1])
    }

    @Test("keeps the first of two with one id")
    func duplicates() {
        let found = order([("a", nil, []), ("a", nil, []), ("b", "a", [])])
        #expect(found.ids == ["a", "b"])
        #expect(found.notes.counts == [.duplicateID: 1])
    }

    @Test("takes a line of a hundred thousand without recursion", .timeLimit(.minutes(1)))
    func longLine() {
        let ids = (0..<100_000).map { "message \($0)" }
        var nodes: [(String, String?, [String])] = []
        for index in ids.indices.reversed() { nodes.append((ids[index], index == 0 ? nil : ids[index - 1], [])) }
        #expect(order(nodes).ids == ids)
    }
}
