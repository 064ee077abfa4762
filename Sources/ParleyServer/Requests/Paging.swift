import Parley

/// Which page of a list is asked for.
struct Paging<Subject> {
    var after: Identifier<Subject>?
    var limit: Int
    var ascending: Bool

    /// Reads `after`, `limit` and `order`.
    init(_ query: Query, _ limits: ServerLimits, ascending standard: Bool = false) throws {
        limit = try query.integer("limit", in: 1...limits.page) ?? limits.defaultPage
        switch query["order"] {
        case nil: ascending = standard
        case "asc": ascending = true
        case "desc": ascending = false
        case .some: throw ParleyError(.invalidValue, "'order' must be 'asc' or 'desc'.", parameter: "order")
        }
        guard let text = query["after"] else { return }
        guard let id = Identifier<Subject>(text) else {
            throw ParleyError(.invalidValue, "'after' does not name an element of this list.", parameter: "after")
        }
        after = id
    }
}
