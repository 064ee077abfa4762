import Parley

/// The members of a line, which are added in the order of their names; what says nothing is left out.
struct LineMembers {
    private var object = JSON.Object()

    var json: JSON { .object(object) }

    mutating func add(_ name: String, _ value: JSON?) {
        if let value, value != .null { object.append(name, value) }
    }

    /// Also `null`.
    mutating func keep(_ name: String, _ value: JSON) { object.append(name, value) }

    mutating func add(_ name: String, _ value: String?) { add(name, value.map(JSON.string)) }
    mutating func add(_ name: String, _ value: Int?) { add(name, value.map { JSON($0) }) }
    mutating func add(_ name: String, _ value: Int64?) { add(name, value.map { JSON($0) }) }
    mutating func add(_ name: String, _ value: Timestamp?) { add(name, value?.milliseconds) }
    mutating func add(_ name: String, hexadecimal bytes: [UInt8]?) { add(name, bytes.map(Hexadecimal.encode)) }

    /// Only when it is so.
    mutating func add(_ name: String, _ flag: Bool) { if flag { object.append(name, true) } }

    /// Only when there are any.
    mutating func add(_ name: String, _ pairs: [String: String]) {
        guard !pairs.isEmpty else { return }
        object.append(
            name,
            .object(.init(pairs.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) }))
        )
    }

    /// Only when there are any.
    mutating func add(_ name: String, _ members: JSON.Object?) {
        if let members, !members.members.isEmpty { object.append(name, .object(members)) }
    }
}
