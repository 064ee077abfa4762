/// An engine's full-text index over text that was cut into tokens before, so that every engine finds the same.
package protocol FullText: Sendable {
    func add(_ document: FullTextDocument, to index: FullTextIndex, _ connection: any Connection) throws

    /// Takes a document out; it must be given as it was added.
    func remove(_ document: FullTextDocument, from index: FullTextIndex, _ connection: any Connection) throws

    /// Puts both indexes aside and begins empty ones, which takes the same time however large they are.
    func discard(_ connection: any Connection) throws

    /// Erases a few milliseconds' worth of what was put aside.
    /// - Returns: whether there is more.
    func eraseDiscarded(_ connection: any Connection) throws -> Bool

    /// Whether there is work to do that keeps an index fast, or a compaction that was begun.
    func wantsMerge(of index: FullTextIndex, _ connection: any Connection) throws -> Bool

    /// Does a few milliseconds of that work.
    func merge(_ index: FullTextIndex, _ connection: any Connection) throws

    /// Takes a step towards an index in which nothing is left of what was taken out; the first one `begins` it.
    /// - Returns: whether there is more to do.
    func compact(_ index: FullTextIndex, begins: Bool, _ connection: any Connection) throws -> Bool

    /// About how many bytes the index of items has.
    func size(_ connection: any Connection) throws -> Int64

    /// About how many bytes of the index of items belong to tokens that begin so.
    ///
    /// Looked up, not counted: it costs little, however much it is; `roughly` looks at the largest part of the index
    /// only.
    func extent(of beginning: String, roughly: Bool, _ connection: any Connection) throws -> Int64

    /// The documents among these numbers that are in an index, and how many tokens each has.
    func lengths(
        of documents: ClosedRange<Int64>,
        in index: FullTextIndex,
        _ connection: any Connection
    ) throws -> [Int64: FullTextLength]

    /// Whether a document has the tokens that it should have, of a long one the first few hundred.
    func holds(_ document: FullTextDocument, in index: FullTextIndex, _ connection: any Connection) throws -> Bool

    /// What the engine finds wrong inside an index, which is read whole; nothing when it is sound.
    func damage(of index: FullTextIndex, _ connection: any Connection) throws -> [String]

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

/// How many tokens a document has.
package struct FullTextLength: Hashable, Sendable {
    package var body: Int64
    package var marks: Int64

    package init(body: Int64, marks: Int64) { (self.body, self.marks) = (body, marks) }
}

extension FullTextDocument {
    package var length: FullTextLength { FullTextLength(body: Self.count(body), marks: Self.count(marks)) }

    private static func count(_ tokens: String) -> Int64 { Int64(tokens.utf8.split(separator: 0x20).count) }
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
