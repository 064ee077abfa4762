import Parley

extension Query {
    /// Refuses parameters that a route does not have: one that is overlooked would do something else than was meant.
    func allow(_ names: String...) throws {
        for pair in pairs {
            let name = String(pair.name.prefix { $0 != "[" })
            guard !names.contains(name) else { continue }
            let known = names.map { "'\($0)'" }.joined(separator: ", ")
            throw ParleyError(
                .unsupportedParameter,
                "'\(name)' is no parameter of this route; it has \(known).",
                parameter: name
            )
        }
    }
}
