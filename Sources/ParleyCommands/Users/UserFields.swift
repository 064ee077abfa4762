import Parley

/// A user, and what it may use and has used, as people read it.
enum UserFields {
    static func of(_ user: JSON) -> [(name: String, value: String)] {
        let fields: [(String, String)] = [
            ("name", user["name"]?.string ?? ""), ("role", user["role"]?.string ?? ""),
            ("since", TimeText.of(user["created_at"])),
            ("state", user["disabled"]?.bool == true ? "disabled" : "enabled"),
        ]
        let spent = ["day", "month"].map { span in
            ("spent this \(span)", text(user["spent"]?[span]))
        }
        return fields + spent + limits(user)
    }

    /// The limits of a user or a key.
    static func limits(_ object: JSON) -> [(name: String, value: String)] {
        let limits = object["limits"]?.object?.members ?? []
        guard !limits.isEmpty else { return [("limits", "none of its own")] }
        return limits.map { limit in
            let isCost = Allowance.Measure(rawValue: limit.name)?.isCost == true
            let value = isCost ? DollarText.of(dollars: limit.value) : limit.value.text
            return (limit.name.replacing("_", with: " "), value)
        }
    }

    /// Tokens and dollars.
    private static func text(_ spent: JSON?) -> String {
        "\(CountText.of(spent?["tokens"], "token")), \(DollarText.of(dollars: spent?["cost"]))"
    }
}
