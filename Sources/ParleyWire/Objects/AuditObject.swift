package import Parley

/// The audit log as administrators see it.
package enum AuditObject {
    package static func json(_ entry: AuditEntry) -> JSON {
        [
            "id": .string(String(entry.number)), "object": "audit.entry", "created_at": JSON(entry.time.seconds),
            "action": .string(entry.event.action.rawValue), "user": .string(entry.event.actor.user),
            "key": JSON(entry.event.actor.key), "subject": .string(entry.event.subject),
            "details": .object(entry.event.details), "hash": .string(entry.hash),
        ]
    }

    package static func json(_ verdict: AuditVerdict) -> JSON {
        [
            "object": "audit.verification", "whole": .bool(verdict.broken == nil), "entries": JSON(verdict.entries),
            "head": .string(verdict.head),
            "broken": verdict.broken.map { ["id": .string(String($0.number)), "reason": .string($0.reason)] } ?? .null,
        ]
    }
}
