import Foundation
package import Parley

extension Store {
    package func recall(
        _ text: String,
        on head: ConversationHead,
        of owner: User.ID
    ) -> [ContextPlan.HistoryUnit] {
        let recall = Recall(text, on: head, of: owner)
        guard !recall.terms.isEmpty else { return [] }
        let units = try? database.readNow(within: searching.recall, orThrow: .recallTimeout) { connection in
            try recall.places(connection).compactMap { try Self.unit(around: $0, on: head, connection) }
        }
        return Recall.distinct(units ?? [])
    }
}

/// What of a conversation has to do with a text.
///
/// A term counts the more, the fewer items of the conversation have it. So nothing of the index is looked at beside what
/// the conversation itself has, whatever else its owner has said.
struct Recall {
    let terms: [String]
    private let marks: SearchMarks
    private let head: ConversationHead

    private static let mostTerms = 24
    /// The newest items of a term that are looked at.
    private static let mostItems = 256
    private static let mostUnits = 16

    init(_ text: String, on head: ConversationHead, of owner: User.ID) {
        marks = SearchMarks(owner)
        self.head = head
        terms = Self.terms(of: text)
    }

    /// Words and pairs, evenly taken when there are many.
    private static func terms(of text: String) -> [String] {
        var tokeniser = SearchTokeniser()
        var seen: Set<String> = []
        let tokens = tokeniser.tokens(of: String(text.prefix(4096))).filter { $0.kind != .closing }.map(\.text)
            .filter { $0.utf8.count > 1 && seen.insert($0).inserted }
        guard tokens.count > mostTerms else { return tokens }
        return (0..<mostTerms).map { tokens[$0 * tokens.count / mostTerms] }
    }

    /// The places of the best items on the path, the best first.
    func places(_ connection: any Connection) throws -> [Place] {
        var scores: [Int64: Double] = [:]
        let items = Double(max(1, head.itemCount))
        for term in terms {
            let documents = try documents(with: term, connection)
            // What is said everywhere says nothing.
            guard !documents.isEmpty, Double(documents.count) <= max(4, items / 3) else { continue }
            let weight = log(1 + items / Double(documents.count))
            for document in documents { scores[document, default: 0] += weight }
        }
        let best = scores.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.prefix(4 * Self.mostUnits)
        return try best.compactMap { try SearchRuns.place(of: $0.key, connection) }
            .filter { place in head.path.contains { $0.contains(place) } }
    }

    private func documents(with term: String, _ connection: any Connection) throws -> [Int64] {
        let expression = FullTextExpression.all([
            .phrase([marks.conversation(head.row)], isPrefix: false),
            .phrase([marks.prefix + term], isPrefix: false),
        ])
        let match = connection.dialect.fullText.match(expression, in: .items)
        return try connection.rows(
            """
            SELECT \(match.document)
            FROM \(match.source)
            WHERE \(match.condition)
            ORDER BY \(match.newestFirst)
            LIMIT ?
            """,
            match.argument,
            .integer(Self.mostItems)
        ) { try $0.integer(0) }
    }

    static func distinct(_ units: [ContextPlan.HistoryUnit]) -> [ContextPlan.HistoryUnit] {
        var seen: Set<Int64> = []
        return Array(units.filter { seen.insert($0.position).inserted }.prefix(mostUnits))
    }
}

extension ParleyError {
    fileprivate static let recallTimeout = ParleyError(.searchTimeout, "Looking for older turns took too long.")
}
