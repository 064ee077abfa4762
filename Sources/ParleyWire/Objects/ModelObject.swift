package import Parley

/// A model as the API shows it, and as its first version did, when models were called engines.
package enum ModelObject {
    package static func json(_ model: ModelEntry) -> JSON {
        [
            "id": .string(model.id), "object": "model", "created": JSON(model.created),
            "owned_by": .string(model.owner),
        ]
    }

    package static func engine(_ model: ModelEntry) -> JSON {
        ["id": .string(model.id), "object": "engine", "owner": .string(model.owner), "ready": true]
    }
}
