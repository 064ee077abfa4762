import Parley

extension Store {
    /// Adds to the log inside the job that does what is logged, so that neither is there without the other.
    static func audit(_ event: AuditEvent, _ connection: any Connection) throws {
        let entry = JSON.object(
            .init([
                .init(name: "time", value: JSON(Timestamp.now.milliseconds)),
                .init(name: "action", value: .string(event.action.rawValue)),
                .init(name: "user", value: .string(event.actor.user)),
                .init(name: "key", value: JSON(event.actor.key)),
                .init(name: "subject", value: .string(event.subject)),
                .init(name: "details", value: .object(event.details)),
            ])
        ).canonical
        let before = try connection.row("SELECT hash FROM audit ORDER BY id DESC LIMIT 1") { try $0.blob(0) }
        try connection.run(
            "INSERT INTO audit (entry, hash) VALUES (?, ?)",
            .text(String(decoding: entry, as: UTF8.self)),
            .blob(digest((before ?? []) + entry))
        )
    }
}
