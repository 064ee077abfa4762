/// An engine's full-text index over text that was cut into tokens before, so that every engine finds the same.
package protocol FullText: Sendable {
    func add(_ document: FullTextDocument, to index: FullTextIndex, _ connection: any Connection) throws

    /// Takes a document out; it must be given as it was added.
    func remove(_ document: FullTextDocument, from index: FullTextIndex, _ connection: any Connection) throws

    /// Takes everything out.
    func clear(_ connection: any Connection) throws

    /// Whether there is work to do that keeps the index of items fast.
    func wantsMerge(_ connection: any Connection) throws -> Bool

    /// Does a few milliseconds of that work.
    func merge(_ connection: any Connection) throws

    /// Takes a step towards an index in which nothing is left of what was taken out; the first one `begins` it.
    /// - Returns: whether there is more to do.
    func compact(_ index: FullTextIndex, begins: Bool, _ connection: any Connection) throws -> Bool

    /// About how many bytes the index of items has.
    func size(_ connection: any Connection) throws -> Int64

    /// How a query says what is to be found.
    func match(_ expression: FullTextExpression, in index: FullTextIndex) -> FullTextMatch
}

/// Which index.
package enum FullTextIndex: Sendable {
    case items
    case headings
}

/// Tokens separated by spaces; a token consists of ASCII letters and digits and of anything beyond ASCII.
package struct FullTextDocument: Hashable, Sendable {
    package var id: Int64
    package var body: String
    /// Tokens that count for nothing in the ranking.
    package var marks: String

    package init(id: Int64, body: String, marks: String = "") {
        self.id = id
        self.body = body
        self.marks = marks
    }
}

/// What documents are wanted.
package indirect enum FullTextExpression: Hashable, Sendable {
    /// Tokens that follow each other, of which the last may go on.
    case phrase([String], isPrefix: Bool)
    case all([FullTextExpression])
    case any([FullTextExpression])
    case except(FullTextExpression, FullTextExpression)
}

/// The pieces of SQL that find documents; `condition` has one placeholder, for `argument`.
package struct FullTextMatch: Sendable {
    package var source: String
    package var document: String
    package var score: String
    package var condition: String
    package var argument: Value
    package var byRelevance: String
    package var newestFirst: String

    package init(
        source: String,
        document: String,
        score: String,
        condition: String,
        argument: Value,
        byRelevance: String,
        newestFirst: String
    ) {
        self.source = source
        self.document = document
        self.score = score
        self.condition = condition
        self.argument = argument
        self.byRelevance = byRelevance
        self.newestFirst = newestFirst
    }
}
