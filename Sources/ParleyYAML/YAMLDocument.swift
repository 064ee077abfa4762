package import Parley
import Yams

/// Reads a YAML file as JSON.
package enum YAMLDocument {
    /// The largest file that is read, in bytes.
    package static let limit = 64 << 20

    /// How many values it may have.
    private static let valueLimit = 2_000_000

    /// Aliases, which make much of little, are looked at before any is resolved.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` when it is no YAML, or too much of it.
    package static func json(_ text: String) throws -> JSON {
        guard !AliasBound(Array(text.utf8)).isTooMuch else { throw tooMuch }
        var count = 0
        do {
            guard let root = try Yams.compose(yaml: text) else { return .null }
            return try json(root, depth: 0, &count)
        } catch let error as ParleyError {
            throw error
        } catch {
            throw ParleyError(.invalidValue, "The file is not valid YAML.", cause: error)
        }
    }

    private static let tooMuch = ParleyError(
        .invalidValue,
        "The file is nested too deeply, or says too much by aliases."
    )

    private static func json(_ node: Node, depth: Int, _ count: inout Int) throws -> JSON {
        count += 1
        guard depth < JSON.depthLimit, count <= valueLimit else { throw tooMuch }
        switch node {
        case .scalar(let scalar): return value(of: scalar, node)
        case .sequence(let sequence):
            var elements: [JSON] = []
            for element in sequence { elements.append(try json(element, depth: depth + 1, &count)) }
            return .array(elements)
        case .mapping(let mapping):
            var members = JSON.Object()
            for (key, value) in mapping {
                members.append(key.scalar?.string ?? "", try json(value, depth: depth + 1, &count))
            }
            return .object(members)
        case .alias: return .null
        }
    }

    /// Only what is written without quotes can be something else than text.
    private static func value(of scalar: Node.Scalar, _ node: Node) -> JSON {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        if node.null != nil { return .null }
        if let flag = node.bool { return .bool(flag) }
        if let number = try? JSON(parsing: scalar.string), case .number = number { return number }
        return .string(scalar.string)
    }
}
