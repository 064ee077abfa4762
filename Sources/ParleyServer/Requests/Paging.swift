import Parley

/// Which page of a list is asked for.
struct Paging<Subject> {
    var after: Identifier<Subject>?
    var limit: Int
    var ascending: Bool

    /// Reads `after`, `limit` and `order`.
    init(_ query: Query, _ limits: ServerLimits, ascending standard: Bool = false) throws {
        limit = try Self.limit(query, limits)
        ascending = try Self.isAscending(query) ?? standard
        guard let text = query["after"] else { return }
        guard let id = Identifier<Subject>(text) else {
            throw ParleyError.unknownCursor
        }
        after = id
    }

    static func limit(_ query: Query, _ limits: ServerLimits) throws -> Int {
        try query.integer("limit", in: 1...limits.page) ?? limits.defaultPage
    }

    /// `nil` when nothing is said of the order.
    static func isAscending(_ query: Query) throws -> Bool? {
        switch query["order"] {
        case nil: nil
        case "asc": true
        case "desc": false
        case .some: throw ParleyError(.invalidValue, "'order' must be 'asc' or 'desc'.", parameter: "order")
        }
    }
}
