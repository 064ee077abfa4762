import Parley

extension ObjectMembers {
    /// A whole number within a range.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = try integer(name, atLeast: range.lowerBound) else { return nil }
        guard value <= range.upperBound else {
            throw ParleyError(
                .aboveMaximum,
                "'\(path)\(name)' must be at most \(range.upperBound).",
                parameter: path + name
            )
        }
        return value
    }

    /// Refuses a number outside a range.
    func decimal(_ name: String, in range: ClosedRange<Double>) throws {
        guard let value = self[name] else { return }
        guard let decimal = value.double else {
            throw ParleyError(.invalidType, "'\(name)' must be a number.", parameter: name)
        }
        guard range.contains(decimal) else {
            throw ParleyError(
                decimal > range.upperBound ? .decimalAboveMaximum : .decimalBelowMinimum,
                "'\(name)' must be from \(range.lowerBound) to \(range.upperBound).",
                parameter: name
            )
        }
    }

    /// One of a few words.
    func word(_ name: String, _ known: [String]) throws -> String? {
        guard let word = try string(name) else { return nil }
        guard known.contains(word) else {
            let list = known.map { "'\($0)'" }.joined(separator: ", ")
            throw ParleyError(.invalidValue, "'\(name)' must be one of \(list).", parameter: name)
        }
        return word
    }

    /// `conversation` as an id or an object with one.
    func conversation() throws -> String? {
        guard let value = self["conversation"] else { return nil }
        guard let id = value.string ?? value["id"]?.string else {
            throw ParleyError(.invalidType, "'conversation' must be an id.", parameter: "conversation")
        }
        return id
    }
}
