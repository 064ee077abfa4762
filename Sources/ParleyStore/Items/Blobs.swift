import Parley

/// Keeps strings over 64 KiB (images above all) once each, outside of the rows that name them.
enum Blobs {
    static let threshold = 64 * 1024
    private static let marker = "@blob"

    /// Replaces every long string in `json` by a reference, and returns the strings by their digests.
    static func extract(_ json: JSON) -> (JSON, [[UInt8]: String]) {
        var blobs: [[UInt8]: String] = [:]
        return (extract(json, &blobs), blobs)
    }

    private static func extract(_ json: JSON, _ blobs: inout [[UInt8]: String]) -> JSON {
        switch json {
        case .string(let text) where text.utf8.count > threshold:
            let digest = Store.digest(Array(text.utf8))
            blobs[digest] = text
            return .object(.init([.init(name: marker, value: .string(Hexadecimal.encode(digest)))]))
        case .array(let elements):
            return .array(elements.map { extract($0, &blobs) })
        case .object(let object):
            return .object(.init(object.members.map { .init(name: $0.name, value: extract($0.value, &blobs)) }))
        case .null, .bool, .number, .string:
            return json
        }
    }

    static func insert(_ blobs: [[UInt8]: String], for place: Place, _ connection: any Connection) throws {
        for (digest, content) in blobs {
            try connection.run(
                """
                INSERT INTO blob (digest, content)
                VALUES (?, ?)
                ON CONFLICT (digest) DO NOTHING
                """,
                .blob(digest),
                .text(content)
            )
            try connection.run(
                "INSERT INTO item_blob (place, digest) VALUES (?, ?)",
                .integer(place.key),
                .blob(digest)
            )
        }
    }

    /// Takes away what an item refers to, unless another item does too.
    /// - Returns: the digests of what it referred to.
    @discardableResult
    static func release(_ place: Place, _ connection: any Connection) throws -> [[UInt8]] {
        let digests = try connection.rows(
            "SELECT digest FROM item_blob WHERE place = ?",
            .integer(place.key)
        ) { try $0.blob(0) }
        guard !digests.isEmpty else { return [] }
        try connection.run("DELETE FROM item_blob WHERE place = ?", .integer(place.key))
        for digest in digests {
            try connection.run(
                """
                DELETE FROM blob
                WHERE digest = ?
                AND NOT EXISTS (SELECT 1 FROM item_blob WHERE item_blob.digest = blob.digest)
                """,
                .blob(digest)
            )
        }
        return digests
    }

    /// Puts the strings back where an item refers to them, and the text of a compaction.
    ///
    /// Costs nothing when it does not.
    static func resolve(_ item: Item, _ connection: any Connection) throws -> Item {
        var item = item
        let strings = try strings(of: item.content.json, at: item.place, connection)
        item.content.json = restore(item.content.json, strings)
        return try Compactions.complete(item, connection)
    }

    /// The strings that the JSON of the item at `place` refers to, by their digests.
    static func strings(
        of object: JSON.Object,
        at place: Place,
        _ connection: any Connection
    ) throws -> [String: String] {
        guard refers(.object(object)) else { return [:] }
        let blobs = try connection.rows(
            """
            SELECT item_blob.digest, blob.content
            FROM item_blob
            JOIN blob ON blob.digest = item_blob.digest
            WHERE item_blob.place = ?
            """,
            .integer(place.key)
        ) { (Hexadecimal.encode(try $0.blob(0)), try $0.text(1)) }
        return Dictionary(blobs) { first, _ in first }
    }

    /// The JSON with its strings.
    static func restore(_ object: JSON.Object, _ strings: [String: String]) -> JSON.Object {
        strings.isEmpty ? object : restore(.object(object), strings).object ?? object
    }

    private static func refers(_ json: JSON) -> Bool {
        switch json {
        case .object(let object): object.members.contains { $0.name == marker || refers($0.value) }
        case .array(let elements): elements.contains(where: refers)
        case .null, .bool, .number, .string: false
        }
    }

    private static func restore(_ json: JSON, _ blobs: [String: String]) -> JSON {
        switch json {
        case .object(let object):
            if object.members.count == 1, let text = object[marker]?.string.flatMap({ blobs[$0] }) {
                return .string(text)
            }
            return .object(.init(object.members.map { .init(name: $0.name, value: restore($0.value, blobs)) }))
        case .array(let elements): return .array(elements.map { restore($0, blobs) })
        case .null, .bool, .number, .string: return json
        }
    }
}
