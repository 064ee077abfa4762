import Parley

/// A row of the `audit` table as it stands there.
struct AuditRow: Sendable {
    var number: Int64
    var entry: String
    var hash: [UInt8]
    var time: Int64
    var action: String
    var actor: String

    static let columns = "id, entry, hash, created_at, action, actor"

    init(_ row: any Row) throws {
        number = try row.integer(0)
        entry = try row.text(1)
        hash = try row.blob(2)
        time = try row.integer(3)
        action = try row.text(4)
        actor = try row.text(5)
    }

    /// What is sealed of an event.
    static func text(_ event: AuditEvent, at time: Timestamp) -> String {
        let entry: JSON = [
            "time": JSON(time.milliseconds), "action": .string(event.action.rawValue),
            "user": .string(event.actor.user), "key": JSON(event.actor.key), "subject": .string(event.subject),
            "details": .object(event.details),
        ]
        return String(decoding: entry.canonical, as: UTF8.self)
    }

    /// The row as people see it, tampered with or not.
    var shown: AuditEntry {
        let json = (try? JSON(parsing: Array(entry.utf8))) ?? .null
        var event = AuditEvent(
            AuditEvent.Action(rawValue: action) ?? .unknown,
            by: .init(user: actor, key: json["key"]?.string),
            subject: json["subject"]?.string ?? "",
            details: json["details"]?.object ?? .init()
        )
        if event.action == .unknown { event.details.append("action", .string(action)) }
        return AuditEntry(
            number: number,
            time: Timestamp(milliseconds: time),
            event: event,
            hash: Hexadecimal.encode(hash)
        )
    }

    /// Whether what rows are looked up by is what the entry says.
    var agreesWithItself: Bool {
        guard let json = try? JSON(parsing: Array(entry.utf8)) else { return false }
        return json["time"]?.int == Int(time) && json["action"]?.string == action && json["user"]?.string == actor
    }
}
