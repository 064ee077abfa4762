package import Parley

/// Reads the conversations of a file one at a time, in whichever format it is.
package struct ConversationReader {
    private var elements: JSONElements
    private let file: String
    private let now: Timestamp
    private let ratings: [String: Int]
    /// What the file is; `nil` until it is known.
    package private(set) var format: ImportFormat?
    /// What the file holds instead of conversations.
    private var leftOut: ImportNote?
    /// Elements that were looked at to recognise the format, and wait for being decoded.
    private var held: [[UInt8]] = []
    /// What an element that holds several conversations still has.
    private var waiting: [JSON] = []
    private var count = 0
    private var hasEnded = false

    /// How many elements are looked at: the first of a file may be odd.
    private static let samples = 20

    /// Reads `source`; without a `format` it is recognised.
    ///
    /// `ratings` are those of messages, by their ids.
    package init(
        _ source: any ByteSource,
        file: String,
        format: ImportFormat? = nil,
        now: Timestamp,
        ratings: [String: Int] = [:]
    ) {
        self.ratings = ratings
        elements = JSONElements(source)
        self.file = file
        self.format = format
        self.now = now
    }

    /// The next conversation, or what is wrong with it; `nil` at the end.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` for a file that is in no format we know.
    package mutating func next() throws -> ImportStep? {
        do {
            if leftOut == nil, format == nil { format = try recognised() }
            guard let format else { return try nextLeftOut() }
            guard let decoder = format.decoder else { return try nextBytes().map(ImportStep.line) }
            while waiting.isEmpty {
                guard let element = try nextJSON(inside: decoder.extraLevels) else { return nil }
                waiting = decoder.conversations(in: element).reversed()
            }
            return waiting.popLast().map { decoded($0, by: decoder) }
        } catch let problem as ImportProblem {
            return .problem(problem)
        }
    }

    private mutating func decoded(_ conversation: JSON, by decoder: any ConversationDecoder) -> ImportStep {
        count += 1
        var decoding = Decoding(now: now, file: file, number: count, ratings: ratings)
        do throws(ImportProblem) {
            return .conversation(try decoder.decode(conversation, &decoding))
        } catch {
            return .problem(error)
        }
    }
}

extension ConversationReader {
    private mutating func nextLeftOut() throws -> ImportStep? {
        guard let leftOut, try nextBytes() != nil else { return nil }
        return .leftOut(leftOut)
    }

    private mutating func nextBytes() throws -> [UInt8]? {
        if !held.isEmpty { return held.removeFirst() }
        return try advance() ? elements.bytes : nil
    }

    private mutating func nextJSON(inside levels: Int) throws -> JSON? {
        if held.isEmpty, try !advance() { return nil }
        do throws(JSONError) {
            guard !held.isEmpty else { return try elements.json(inside: levels) }
            let bytes = held.removeFirst()
            return try JSON(parsing: bytes.span, inside: levels)
        } catch {
            count += 1
            throw ImportProblem("conversation \(count)", Self.reason(error))
        }
    }

    /// Moves on; what ends the file early is reported once.
    private mutating func advance() throws -> Bool {
        guard !hasEnded else { return false }
        do {
            if try elements.advance() { return true }
            hasEnded = true
            return false
        } catch var problem as ImportProblem {
            hasEnded = true
            problem.conversation = "conversation \(elements.number + 1)"
            throw problem
        }
    }

    private static func reason(_ error: JSONError) -> String {
        switch error {
        case .malformed(let offset): "it is not valid JSON at byte \(offset)"
        case .tooDeep: "it is nested too deeply"
        case .notUTF8(let offset): "it is not UTF-8 at its byte \(offset)"
        }
    }

    /// Looks at the first elements until one shows what the file is; `nil` when there is no conversation in it.
    private mutating func recognised() throws -> ImportFormat? {
        do {
            while held.count < Self.samples, try advance() {
                held.append(elements.bytes)
                guard let json = try? elements.json(inside: ImportFormat.extraLevels) else { continue }
                if let found = ImportFormat.detected(in: json) { return found }
                leftOut = ImportNote.detected(in: json)
                if leftOut != nil { return nil }
            }
        } catch let problem as ImportProblem {
            throw Self.notUnderstood(file, problem.reason)
        }
        guard !held.isEmpty else { return nil }
        throw Self.notUnderstood(file, nil)
    }

    private static func notUnderstood(_ file: String, _ reason: String?) -> ParleyError {
        ParleyError(
            .invalidValue,
            "\(file) is not understood\(reason.map { ": \($0)" } ?? ""). These exports are: \(ImportFormat.titles)."
        )
    }
}
