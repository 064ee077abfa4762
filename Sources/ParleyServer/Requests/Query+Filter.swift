import Parley
import ParleyWire

extension Query {
    /// The filter that the parameters say.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` or ``ParleyError/Code/invalidType`` naming the parameter.
    func filter() throws -> ConversationFilter {
        var object = JSON.Object()
        for member in FilterMember.allCases { object[member.rawValue] = try value(of: member) }
        return try ConversationFilter(object)
    }

    private func value(of member: FilterMember) throws -> JSON? {
        let name = member.rawValue
        switch member.kind {
        case .text: return self[name].map(JSON.string)
        case .flag: return try flag(name).map(JSON.bool)
        case .number: return try integer(name, in: Int.min...Int.max).map { JSON($0) }
        case .time: return self[name].map { text in Int(text).map { JSON($0) } ?? .string(text) }
        case .texts:
            let texts = list(name).filter { !$0.isEmpty }
            return texts.isEmpty ? nil : .array(texts.map(JSON.string))
        case .pairs:
            let pairs = map(name).sorted { $0.key < $1.key }
            return pairs.isEmpty ? nil : .object(.init(pairs.map { .init(name: $0.key, value: .string($0.value)) }))
        }
    }

    /// Refuses parameters that are none of these, and says which there are.
    func refuseOthers(than known: [String]) throws {
        for (name, _) in pairs {
            let plain = name.prefix { $0 != "[" }
            guard !known.contains(String(plain)) else { continue }
            throw ParleyError.unknownParameter(name, known: known)
        }
    }
}
