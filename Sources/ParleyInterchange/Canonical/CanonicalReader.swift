import Crypto
import Parley

/// Reads the canonical form, line by line, and compares it with its manifest.
package struct CanonicalReader {
    /// What was read so far.
    package private(set) var counts = CanonicalCounts()
    private var digest = SHA256()
    private var manifest: CanonicalManifest?
    /// The key of the item before, for items that do not say where they stand.
    private var previous: String?
    private var isEmpty = true

    package init() {}

    /// Whether what was read is what was written.
    package enum Verdict: Sendable {
        case complete
        /// The file has no manifest: it was cut, or written by hand.
        case withoutManifest
        /// There is more or less than the manifest says.
        case otherCounts
        /// Something was changed.
        case otherDigest
    }

    /// The line, without its line feed; `nil` for an empty one.
    ///
    /// - Throws: ``ParleyError`` that says what is wrong with it. The next line can be read all the same, unless the code
    ///   is ``ParleyError/Code/unsupportedParameter``: the form itself is newer than this program.
    package mutating func read(_ bytes: [UInt8]) throws -> CanonicalLine? {
        guard bytes.contains(where: { $0 > 0x20 }) else { return nil }
        let object = try Self.object(bytes)
        guard let kind = object["object"]?.string else {
            throw ParleyError(.invalidValue, "A line needs 'object', which says what it is.", parameter: "object")
        }
        defer { isEmpty = false }
        if isEmpty { try Self.checkVersion(object) }
        if kind != "export", kind != "manifest" { update(bytes) }
        return try line(kind, object)
    }

    private mutating func line(_ kind: String, _ object: JSON.Object) throws -> CanonicalLine {
        switch kind {
        case "export":
            let header = try CanonicalHeader(object)
            digest.update(data: CanonicalWriter.line(header.json(withTime: false)))
            return .header(header)
        case "conversation":
            counts.conversations += 1
            previous = nil
            return .conversation(try ConversationRecord(object))
        case "item":
            counts.items += 1
            let record = try ItemRecord(object, previous: previous)
            previous = record.key
            return .item(record)
        case "turn":
            counts.turns += 1
            return .turn(try TurnRecord(object))
        case "manifest":
            let manifest = try CanonicalManifest(object)
            self.manifest = manifest
            return .manifest(manifest)
        default:
            throw ParleyError(.invalidValue, "Lines of the kind '\(kind.prefix(40))' are not known.")
        }
    }

    /// How what was read compares with the manifest.
    package func verdict() -> Verdict {
        guard let manifest else { return .withoutManifest }
        guard manifest.counts == counts else { return .otherCounts }
        return Array(digest.finalize()) == manifest.digest ? .complete : .otherDigest
    }

    private static let lineFeed = [UInt8(ascii: "\n")]

    private mutating func update(_ bytes: [UInt8]) {
        digest.update(data: bytes)
        digest.update(data: Self.lineFeed)
    }

    private static func object(_ bytes: [UInt8]) throws -> JSON.Object {
        do {
            // What a line holds may be as deep as what is stored.
            if let object = try JSON(parsing: bytes.span, inside: 1).object { return object }
        } catch JSONError.tooDeep {
            throw ParleyError(.invalidRequest, "The line is nested too deep.")
        } catch JSONError.notUTF8(let offset) {
            throw ParleyError(.invalidRequest, "The line is not UTF-8 at byte \(offset).")
        } catch {
            throw ParleyError(.invalidRequest, "The line is not JSON.")
        }
        throw ParleyError(.invalidRequest, "The line is not a JSON object.")
    }

    private static func checkVersion(_ object: JSON.Object) throws {
        guard let version = object["version"]?.int, version > CanonicalLine.version else { return }
        throw ParleyError(
            .unsupportedParameter,
            "The file was written by a newer Parley (version \(version) of the form). Update this one.",
            parameter: "version"
        )
    }
}
