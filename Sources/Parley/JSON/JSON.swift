/// A JSON value that loses nothing: numbers keep their digits, objects their order and every member.
///
/// Foundation's decoder needs to know the shape; what clients and models send has fields that nobody knows yet, and all
/// of them must come out as they went in.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number as it was written.
    case number(String)
    case string(String)
    case array([JSON])
    case object(Object)
}

extension JSON {
    /// The members of an object, in the order in which they came.
    package struct Object: Hashable, Sendable {
        /// The members; a name that came twice is here twice, and the last one counts.
        package private(set) var members: [Member]

        package struct Member: Hashable, Sendable {
            package var name: String
            package var value: JSON

            package init(name: String, value: JSON) {
                self.name = name
                self.value = value
            }
        }

        package init(_ members: [Member] = []) {
            self.members = members
        }

        /// An object without members, and with room for as many.
        init(capacity: Int) {
            members = []
            members.reserveCapacity(capacity)
        }

        /// The member called `name`; setting `nil` removes it.
        ///
        /// Linear in the number of members.
        package subscript(name: String) -> JSON? {
            get { members.last { $0.name == name }?.value }
            set {
                guard let newValue else { return members.removeAll { $0.name == name } }
                if let index = members.lastIndex(where: { $0.name == name }) {
                    members[index].value = newValue
                } else {
                    members.append(Member(name: name, value: newValue))
                }
            }
        }

        /// Adds a member at the end without looking for one of the same name.
        package mutating func append(_ name: String, _ value: JSON) {
            members.append(Member(name: name, value: value))
        }
    }
}

extension JSON {
    /// The member of an object, with `null` taken as absent; `nil` for anything else.
    package subscript(name: String) -> JSON? {
        guard case .object(let object) = self, let value = object[name] else { return nil }
        if case .null = value { return nil }
        return value
    }

    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    package var object: Object? { if case .object(let value) = self { value } else { nil } }

    /// A whole number, also when it was written `1.0` or `1e3`; `nil` when it does not fit.
    package var int: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits) ?? Double(digits).flatMap { Int(exactly: $0) }
    }

    package var double: Double? {
        guard case .number(let digits) = self else { return nil }
        return Double(digits)
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Object(elements.map { Object.Member(name: $0.0, value: $0.1) }))
    }
    package init(nilLiteral: ()) { self = .null }

    package init(_ value: Int) { self = .number(String(value)) }
    package init(_ value: Int64) { self = .number(String(value)) }
    /// A finite number; anything else becomes `null`, which JSON has no other word for.
    package init(_ value: Double) { self = value.isFinite ? .number(String(value)) : .null }
    package init(_ value: String?) { self = value.map(JSON.string) ?? .null }
}
