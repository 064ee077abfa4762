package import Parley

/// What a user or a key may use, as the API shows it; costs are in dollars.
package enum LimitsObject {
    package static func json(_ allowance: Allowance) -> JSON {
        .object(
            .init(
                Allowance.Measure.allCases.compactMap { measure in
                    allowance[measure].map { .init(name: measure.rawValue, value: measure.json($0)) }
                }
            )
        )
    }

    package static func json(_ spent: Spent) -> JSON {
        ["tokens": JSON(spent.tokens), "cost": UsageObject.dollars(spent.cost)]
    }

    /// Reads the member `limits` of a change: a number sets one, `null` removes it.
    package static func change(_ body: JSON.Object) throws -> [Allowance.Measure: Int64?] {
        guard let limits = body["limits"], limits != .null else { return [:] }
        guard let members = limits.object?.members else {
            throw ParleyError(.invalidType, "'limits' must be an object.", parameter: "limits")
        }
        var change: [Allowance.Measure: Int64?] = [:]
        for member in members {
            guard let measure = Allowance.Measure(rawValue: member.name) else {
                let known = Allowance.Measure.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
                throw ParleyError(.invalidValue, "Limits are \(known).", parameter: "limits")
            }
            change.updateValue(try amount(member.value, measure), forKey: measure)
        }
        return change
    }

    private static func amount(_ value: JSON, _ measure: Allowance.Measure) throws -> Int64? {
        guard value != .null else { return nil }
        let amount = measure.isCost ? value.double.flatMap(Money.millionths) : value.int.map(Int64.init)
        guard let amount, (0...Allowance.Measure.ceiling).contains(amount) else {
            throw ParleyError(
                .invalidValue,
                "'limits.\(measure.rawValue)' must be \(measure.isCost ? "an amount in dollars" : "a whole number"), or "
                    + "null for no limit.",
                parameter: "limits.\(measure.rawValue)"
            )
        }
        return amount
    }
}
