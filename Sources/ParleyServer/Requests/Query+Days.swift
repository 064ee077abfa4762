import Parley

extension Query {
    /// A day, written `2026-11-27`.
    func day(_ name: String) throws -> Day? {
        guard let text = self[name] else { return nil }
        guard let day = Day(text) else {
            throw ParleyError(.invalidValue, "'\(name)' must be a day like 2026-11-27.", parameter: name)
        }
        return day
    }

    /// Refuses a parameter that would have no effect.
    func refuseOthers(than known: Set<String>) throws {
        guard let other = pairs.first(where: { !known.contains($0.name) })?.name else { return }
        throw ParleyError(
            .invalidValue,
            "There is no such parameter here. Known are \(known.sorted().joined(separator: ", ")).",
            parameter: String(other.prefix(64))
        )
    }
}
