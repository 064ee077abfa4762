import Parley

extension JSON.Object {
    /// What another program knew and we have no member for: without what is read elsewhere, what says nothing, and
    /// whatever looks like a key.
    func extra(without known: Set<String>) -> JSON.Object {
        var extra = JSON.Object()
        for member in members where !known.contains(member.name) && !ForeignSecrets.isOne(member.name) {
            if let value = ForeignSecrets.removed(from: member.value) { extra.append(member.name, value) }
        }
        return extra
    }
}

/// Recognises members that hold a key, a password or a token.
///
/// Backups of chat programs hold them in clear; they are never stored.
enum ForeignSecrets {
    private static let parts = [
        "apikey", "secret", "password", "passwd", "authorization", "accesstoken", "refreshtoken", "authtoken",
        "idtoken", "sessiontoken", "bearer", "cookie", "accesscode", "privatekey", "credential", "accesscontrol",
    ]

    /// Whether a member of this name may hold one.
    static func isOne(_ name: String) -> Bool {
        var letters: [UInt8] = []
        letters.reserveCapacity(name.utf8.count)
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): letters.append(byte | 0x20)
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: " "), UInt8(ascii: "."): continue
            default: letters.append(byte)
            }
        }
        // The shortest of them has six letters.
        guard letters.count >= 5 else { return false }
        let plain = String(decoding: letters, as: UTF8.self)
        return plain == "token" || plain == "email" || parts.contains(where: plain.contains)
    }

    /// The value without such members and without empty ones; `nil` when nothing is left.
    static func removed(from json: JSON) -> JSON? {
        switch json {
        case .null: return nil
        case .bool, .number: return json
        case .string(let text): return text.isEmpty ? nil : json
        case .array(let elements):
            let kept = elements.compactMap(removed)
            return kept.isEmpty ? nil : .array(kept)
        case .object(let object):
            let kept = object.extra(without: [])
            return kept.members.isEmpty ? nil : .object(kept)
        }
    }
}
