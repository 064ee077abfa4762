package import Parley

/// A page of a list as the API shows it.
package enum ListObject {
    /// Objects with an `id` as a list; the first and the last id are what paging goes by.
    package static func json(_ data: [JSON], hasMore: Bool) -> JSON {
        [
            "object": "list", "data": .array(data), "first_id": data.first?["id"] ?? .null,
            "last_id": data.last?["id"] ?? .null, "has_more": .bool(hasMore),
        ]
    }

    /// A list that is never paged, as that of the models.
    package static func whole(_ data: [JSON]) -> JSON {
        ["object": "list", "data": .array(data)]
    }
}
