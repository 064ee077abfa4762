import Crypto
import Foundation
package import Parley

/// The keyed hashes of items, HMAC-SHA-256 under one user's key.
///
/// The key is destroyed with its user, so that nobody can confirm a guessed text by hashing it.
package struct ItemHasher: Sendable {
    private let key: SymmetricKey

    package init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
    }

    /// Whether this is its key.
    func uses(_ key: [UInt8]) -> Bool { SymmetricKey(data: key) == self.key }

    /// The hashes of one item on its path.
    package struct Hashes: Sendable {
        package var chain: [UInt8]
        package var match: [UInt8]
        /// Only of what the model said.
        package var pair: [UInt8]?
    }

    /// Where every path begins.
    ///
    /// An end user of the same owner has paths of their own, so that two people behind one key are never taken for one
    /// another.
    package func root(endUser: String?) -> PathHashes {
        PathHashes(chain: code("chain", []), match: code("match", [Array((endUser ?? "").utf8)]), meaning: nil)
    }

    /// Moves the hashes of a path on by one item and returns that item's own.
    package func extend(_ path: inout PathHashes, by content: ItemContent, endUser: String?) -> Hashes {
        let chain = chain(after: path.chain, JSON.object(content.json).canonical)
        return extend(&path, by: content, chain: chain, endUser: endUser)
    }

    /// The chain of an item with this canonical JSON.
    func chain(after parent: [UInt8], _ canonical: [UInt8]) -> [UInt8] { code("chain", [parent, canonical]) }

    /// The same for one whose chain is known.
    func extend(
        _ path: inout PathHashes,
        by content: ItemContent,
        chain: [UInt8],
        endUser: String?
    ) -> Hashes {
        let before = path.meaning
        path.chain = chain
        if let meaning = content.meaning {
            path.match = match(after: path.match, meaning)
            path.meaning = meaning
        }
        var hashes = Hashes(chain: path.chain, match: path.match, pair: nil)
        if content.isFromModel, let meaning = content.meaning {
            hashes.pair = pair(meaning, after: before, endUser: endUser)
        }
        return hashes
    }

    /// The match of every prefix of a list; those of items that matching looks through repeat the one before.
    package func matches(of list: [ItemContent], endUser: String?) -> [[UInt8]] {
        var match = root(endUser: endUser).match
        return list.map { content in
            if let meaning = content.meaning { match = self.match(after: match, meaning) }
            return match
        }
    }

    /// What recognises an answer together with what was said before it.
    package func pair(_ meaning: [UInt8], after before: [UInt8]?, endUser: String?) -> [UInt8] {
        code("pair", [Array((endUser ?? "").utf8), before ?? [], meaning])
    }

    /// What betrays that one of these texts was damaged.
    func seal(_ texts: [[UInt8]]) -> [UInt8] { code("seal", texts) }

    /// An id that is always the same for an id that somebody else has.
    func substitute<Subject>(for id: Identifier<Subject>) -> Identifier<Subject> {
        let codes = ["substitute", "substitute more"].flatMap { code($0, [id.bytes]) }
        return Identifier(bytes: Array(codes.prefix(24)))
    }

    /// The id of something that another program calls `name`, always the same.
    func identifier<Subject>(of name: String, in place: String) -> Identifier<Subject> {
        let codes = ["name", "name more"].flatMap { code($0, [Array(place.utf8), Array(name.utf8)]) }
        return Identifier(bytes: Array(codes.prefix(24)))
    }

    private func match(after parent: [UInt8], _ meaning: [UInt8]) -> [UInt8] {
        code("match", [parent, meaning])
    }

    /// The code of texts, each with its length in front, truncated to 128 bits (RFC 2104, section 5) except for chains,
    /// which are evidence and stay whole.
    private func code(_ tag: String, _ parts: [[UInt8]]) -> [UInt8] {
        var message = Array(tag.utf8)
        message.reserveCapacity(parts.reduce(message.count) { $0 + $1.count + 8 })
        for part in parts {
            var length = UInt64(part.count)
            for _ in 0..<8 {
                message.append(UInt8(truncatingIfNeeded: length))
                length >>= 8
            }
            message.append(contentsOf: part)
        }
        let bytes = Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        return tag == "chain" ? bytes : Array(bytes.prefix(16))
    }
}
