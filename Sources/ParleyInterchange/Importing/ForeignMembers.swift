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
    private static let words = ["token", "email"].map { Array($0.utf8) }
    private static let parts = [
        "apikey", "secret", "password", "passwd", "authorization", "accesstoken", "refreshtoken", "authtoken",
        "idtoken", "sessiontoken", "bearer", "cookie", "accesscode", "privatekey", "credential", "accesscontrol",
    ].map { Array($0.utf8) }

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
        return words.contains(letters) || parts.contains { contains(letters, $0) }
    }

    /// By bytes: searching in texts is many times slower, and every member of every message comes by.
    private static func contains(_ letters: [UInt8], _ part: [UInt8]) -> Bool {
        guard letters.count >= part.count else { return false }
        for start in 0...(letters.count - part.count) where letters[start] == part[0] {
            if letters[start..<start + part.count].elementsEqual(part) { return true }
        }
        return false
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
