import Parley

/// Keeps strings over 64 KiB (images above all) and lists of tools once each, outside of the rows that name them.
enum Blobs {
    static let threshold = 64 * 1024
    private static let marker = "@blob"
    /// Stands for a list, whose text is the blob.
    private static let listMarker = "@list"

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
            return reference(marker, digest)
        case .array(let elements):
            return .array(elements.map { extract($0, &blobs) })
        case .object(let object):
            return .object(.init(object.members.map { .init(name: $0.name, value: extract($0.value, &blobs)) }))
        case .null, .bool, .number, .string:
            return json
        }
    }

    /// A list as it stands in JSON, and its text by its digest.
    static func extract(list: [JSON]) -> (JSON, [[UInt8]: String]) {
        let text = JSON.array(list).text
        let digest = Store.digest(Array(text.utf8))
        return (reference(listMarker, digest), [digest: text])
    }

    private static func reference(_ marker: String, _ digest: [UInt8]) -> JSON {
        .object(.init([.init(name: marker, value: .string(Hexadecimal.encode(digest)))]))
    }

    static func insert(_ blobs: [[UInt8]: String], for place: Place, _ connection: any Connection) throws {
        for (digest, content) in blobs {
            try insert(digest, content, connection)
            try connection.run(
                "INSERT INTO item_blob (place, digest) VALUES (?, ?)",
                .integer(place.key),
                .blob(digest)
            )
        }
    }

    static func insert(_ blobs: [[UInt8]: String], forTurn turn: Int64, _ connection: any Connection) throws {
        for (digest, content) in blobs {
            try insert(digest, content, connection)
            try connection.run(
                "INSERT INTO turn_blob (turn_id, digest) VALUES (?, ?)",
                .integer(turn),
                .blob(digest)
            )
        }
    }

    private static func insert(_ digest: [UInt8], _ content: String, _ connection: any Connection) throws {
        try connection.run(
            """
            INSERT INTO blob (digest, content)
            VALUES (?, ?)
            ON CONFLICT (digest) DO NOTHING
            """,
            .blob(digest),
            .text(content)
        )
    }

    /// Puts the strings back where an item refers to them, and the text of a compaction.
    ///
    /// Costs nothing when it does not.
    static func resolve(_ item: Item, _ connection: any Connection) throws -> Item {
        let restored = try restored(.object(item.content.json), at: item.place, connection)
        var item = item
        item.content.json = restored.object ?? item.content.json
        return try Compactions.complete(item, connection)
    }

    /// The JSON of the item at a place, with its long strings in it.
    static func restored(_ json: JSON, at place: Place, _ connection: any Connection) throws -> JSON {
        restore(json, try strings(of: json, at: place, connection))
    }

    /// The strings that the JSON of the item at `place` refers to, by their digests.
    static func strings(
        of json: JSON,
        at place: Place,
        _ connection: any Connection
    ) throws -> [String: String] {
        guard refers(json) else { return [:] }
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

    /// The strings that a turn refers to, by their digests.
    static func strings(ofTurn row: Int64, _ connection: any Connection) throws -> [String: String] {
        let blobs = try connection.rows(
            """
            SELECT turn_blob.digest, blob.content
            FROM turn_blob
            JOIN blob ON blob.digest = turn_blob.digest
            WHERE turn_blob.turn_id = ?
            """,
            .integer(row)
        ) { (Hexadecimal.encode(try $0.blob(0)), try $0.text(1)) }
        return Dictionary(blobs) { first, _ in first }
    }

    /// The JSON with its strings.
    static func restore(_ object: JSON.Object, _ strings: [String: String]) -> JSON.Object {
        strings.isEmpty ? object : restore(.object(object), strings).object ?? object
    }

    static func refers(_ json: JSON) -> Bool {
        switch json {
        case .object(let object):
            object.members.contains { $0.name == marker || $0.name == listMarker || refers($0.value) }
        case .array(let elements): elements.contains(where: refers)
        case .null, .bool, .number, .string: false
        }
    }

    /// The JSON with what `blobs` holds, by digits, in the places that refer to it.
    static func restore(_ json: JSON, _ blobs: [String: String]) -> JSON {
        switch json {
        case .object(let object):
            if object.members.count == 1, let text = object[marker]?.string.flatMap({ blobs[$0] }) {
                return .string(text)
            }
            if object.members.count == 1, let text = object[listMarker]?.string.flatMap({ blobs[$0] }),
                let list = try? JSON(parsing: text)
            {
                return list
            }
            return .object(.init(object.members.map { .init(name: $0.name, value: restore($0.value, blobs)) }))
        case .array(let elements): return .array(elements.map { restore($0, blobs) })
        case .null, .bool, .number, .string: return json
        }
    }
}
