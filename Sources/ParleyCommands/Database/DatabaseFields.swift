import Parley

/// The state of a database as names and values for people.
enum DatabaseFields {
    /// Whatever the server tells, in its order; sizes in units.
    static func of(_ status: JSON) -> [(name: String, value: String)] {
        (status.object?.members ?? []).filter { $0.name != "object" && $0.value != .null }.flatMap { member in
            let name = member.name.replacing("_", with: " ")
            guard member.value.object != nil else { return [(name, value(member))] }
            return of(member.value).map { ("\(name) \($0.name)", $0.value) }
        }
    }

    private static func value(_ member: JSON.Object.Member) -> String {
        if member.name.hasSuffix("size") || member.name.hasSuffix("bytes"), let bytes = member.value.int {
            return ByteText.of(bytes)
        }
        return member.value.string ?? member.value.text
    }
}
