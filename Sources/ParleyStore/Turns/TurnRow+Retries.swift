import Parley

extension TurnRow {
    /// How long an SDK's own retry is recognised, in milliseconds.
    private static let retryWindow: Int64 = 10 * 60 * 1000

    /// The turn that the same request began under the same key, if it still runs or was answered.
    static func begun(
        by fingerprint: [UInt8],
        key: APIKey.ID?,
        of owner: User.ID,
        _ connection: any Connection
    ) throws -> Turn.ID? {
        let newest = try connection.row(
            byFingerprint,
            .blob(fingerprint),
            .integer(owner.rawValue),
            .integer(Timestamp.now.milliseconds - retryWindow),
            .integer(key?.rawValue)
        ) { (Turn.ID(bytes: try $0.blob(0)), Turn.Status(rawValue: try $0.text(1))) }
        // One that failed is tried again, whatever an older one was answered.
        guard let (id, status) = newest, status != .failed, status != .cancelled else { return nil }
        return id
    }

    /// The newest turn that began with the same request under the same key.
    static let byFingerprint = """
        SELECT public_id, status
        FROM turn
        WHERE fingerprint = ?
        AND person_id = ?
        AND created_at > ?
        AND api_key_id IS NOT DISTINCT FROM ?
        AND deleted_at IS NULL
        ORDER BY created_at DESC
        LIMIT 1
        """
}
