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
}
