import Parley

extension Blobs {
    /// Ends what an item names.
    static func release(_ place: Place, _ connection: any Connection) throws {
        let digests = try connection.rows(
            "SELECT digest FROM item_blob WHERE place = ?",
            .integer(place.key)
        ) { try $0.blob(0) }
        try connection.run("DELETE FROM item_blob WHERE place = ?", .integer(place.key))
        try dropUnnamed(digests, connection)
    }

    /// Ends what a turn names.
    static func release(turn: Int64, _ connection: any Connection) throws {
        let digests = try connection.rows(
            "SELECT digest FROM turn_blob WHERE turn_id = ?",
            .integer(turn)
        ) { try $0.blob(0) }
        try connection.run("DELETE FROM turn_blob WHERE turn_id = ?", .integer(turn))
        try dropUnnamed(digests, connection)
    }

    /// Deletes those that neither an item nor a turn names any more.
    static func dropUnnamed(_ digests: [[UInt8]], _ connection: any Connection) throws {
        for digest in digests {
            try connection.run(
                """
                DELETE FROM blob
                WHERE digest = ?
                AND NOT EXISTS (SELECT 1 FROM item_blob WHERE item_blob.digest = blob.digest)
                AND NOT EXISTS (SELECT 1 FROM turn_blob WHERE turn_blob.digest = blob.digest)
                """,
                .blob(digest)
            )
        }
    }
}
