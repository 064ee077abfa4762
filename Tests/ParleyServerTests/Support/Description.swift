import Parley
import ParleyAssets
import Testing

/// The document of `/openapi.json`.
struct Description {
    let document: JSON

    init() throws {
        document = try JSON(parsing: Array(#require(Asset.named("openapi.json")?.text).utf8))
    }

    struct Operation {
        /// `GET /v1/turns/{turn}`.
        var name: String
        var members: JSON
        /// Its own parameters and those of its path.
        var parameters: [JSON]
    }

    var operations: [Operation] {
        (document["paths"]?.object?.members ?? []).flatMap { path in
            let shared = path.value["parameters"]?.array ?? []
            return (path.value.object?.members ?? []).filter { $0.name != "parameters" }.map { method in
                Operation(
                    name: "\(method.name.uppercased()) \(path.name)",
                    members: method.value,
                    parameters: (shared + (method.value["parameters"]?.array ?? [])).map(resolved)
                )
            }
        }
    }

    /// What a reference names, or the value itself.
    func resolved(_ value: JSON) -> JSON {
        guard let reference = value["$ref"]?.string else { return value }
        return reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] ?? .null }
    }

    /// Every reference in the document.
    func references() -> [JSON] { Self.references(in: document) }

    private static func references(in value: JSON) -> [JSON] {
        switch value {
        case .object(let object):
            (value["$ref"] == nil ? [] : [value]) + object.members.flatMap { references(in: $0.value) }
        case .array(let elements): elements.flatMap(references)
        default: []
        }
    }

    /// A route as the document writes it: what is left of a path is a model's name.
    static func name(of route: String) -> String { route.replacing("**", with: "{model}") }
}
