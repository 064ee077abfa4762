import Parley
import ParleyStore

/// Fills a store with conversations of any shape that can come about, the same for the same seed.
struct RandomHistory {
    private var random: Numbers

    /// SplitMix64.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    init(seed: UInt64) {
        random = Numbers(state: seed)
    }

    mutating func fill(_ store: TemporaryStore, conversations: Int, steps: Int) async throws {
        for _ in 0..<conversations {
            var new = NewConversation(title: text(upTo: 20))
            if chance(2) { new.metadata = [text(upTo: 8) + "k": text(upTo: 30)] }
            if chance(3) {
                new.settings = .init(model: "m", instructions: text(upTo: 50), policy: .turns(3), budget: 9)
            }
            let id = try await store.store.createConversation(new, of: store.user.id).id
            if chance(3) {
                let change = ConversationChange(tags: [text(upTo: 5) + "t"], pinned: true, archived: chance(2))
                _ = try await store.store.updateConversation(id, change, of: store.user.id)
            }
            for _ in 0..<Int.random(in: 0...steps, using: &random) { try await step(store, id) }
        }
    }

    private mutating func step(_ store: TemporaryStore, _ id: Conversation.ID) async throws {
        let owner = store.user.id
        let items = try store.store.items(ItemQuery(limit: 100, ascending: true), in: id, of: owner).elements
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<4: _ = try await store.store.append([draft(), draft()], to: id, of: owner)
        case 4, 5: try await turn(store, id)
        case 6, 7:
            guard let item = items.randomElement(using: &random) else { return }
            _ = try await store.store.edit(item.id, in: id, to: draft(), pinned: chance(4), of: owner)
        case 8:
            guard let item = items.randomElement(using: &random) else { return }
            try await store.store.deleteItem(item.id, in: id, of: owner)
        case 9:
            guard let item = items.randomElement(using: &random) else { return }
            try await store.store.moveTip(of: id, to: item.id, follow: chance(2), of: owner)
        case 10:
            guard let item = items.randomElement(using: &random) else { return }
            _ = try await store.store.pin(item.id, in: id, true, of: owner)
        default: _ = try await store.store.rewind(id, of: owner)
        }
    }

    private mutating func turn(_ store: TemporaryStore, _ id: Conversation.ID) async throws {
        let head = try store.store.head(of: id, of: store.user.id)
        var acceptance = store.acceptance([content()], in: .conversation(head), body: text(upTo: 10))
        acceptance.metadata = chance(2) ? ["a": text(upTo: 9)] : [:]
        acceptance.instructions = chance(2) ? [ItemContent(role: .system, text: text(upTo: 9))] : []
        acceptance.stored = chance(2)
        let tools: JSON = [["type": "function", "name": .string(text(upTo: 9))]]
        acceptance.parameters =
            chance(2)
            ? .init([.init(name: "temperature", value: .number("1.50")), .init(name: "tools", value: tools)]) : nil
        let accepted = try await store.accept(acceptance)
        guard !chance(5) else { return }
        var settlement = store.settlement(accepted, text(upTo: 60), status: chance(4) ? .failed : .completed)
        settlement.choices = chance(3) ? Array(#"[{"index":0,"logprobs":null}]"#.utf8) : nil
        settlement.cost = chance(2) ? 42 : nil
        _ = try await store.store.settle(settlement)
    }

    private mutating func draft() -> ItemDraft { ItemDraft(content(), status: chance(6) ? .incomplete : .completed) }

    private mutating func content() -> ItemContent {
        func content(_ members: (String, JSON)...) -> ItemContent {
            ItemContent(.init(members.map { .init(name: $0.0, value: $0.1) }))
        }
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1, 2: return user(chance(3) ? "same" : text(upTo: 40))
        case 3, 4: return assistant(chance(3) ? "same" : text(upTo: 40))
        case 5:
            return content(
                ("type", "function_call"),
                ("call_id", .string(text(upTo: 4))),
                ("name", "f"),
                ("arguments", .string(text(upTo: 20)))
            )
        case 6: return content(("type", "unheard_of"), ("z", .number("1.0e3")), ("a", [[], nil, "\u{0}\r"]))
        case 7: return content(("type", "compaction"), ("summary", .string(text(upTo: 40))))
        default: return user(String(repeating: text(upTo: 3) + "x", count: 70_000))
        }
    }

    private mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &random) == 0 }

    /// Any scalars at all, the troublesome ones often.
    private mutating func text(upTo count: Int) -> String {
        let hard: [Unicode.Scalar] = [
            "\u{0}", "\r", "\n", "\t", "\"", "\\", "\u{1B}", "\u{7F}", "\u{85}", "\u{2028}", "\u{202E}", "\u{FEFF}",
            "\u{FFFD}", "\u{10FFFF}", "e\u{301}".unicodeScalars.first ?? "e", "\u{301}", "你", "😀", "'", "/",
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...count, using: &random) {
            if chance(2), let scalar = hard.randomElement(using: &random) {
                scalars.append(scalar)
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x11_0000, using: &random)) {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
