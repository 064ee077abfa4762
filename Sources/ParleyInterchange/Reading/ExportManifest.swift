package import Parley

/// The list that an export of several parts comes with.
///
/// Its form is known of no program, but the parts are named in it.
package enum ExportManifest {
    /// The names of the archives and shards that it lists, without the folders and addresses around them.
    package static func parts(in json: JSON) -> Set<String> {
        var parts: Set<String> = []
        var waiting = [json]
        while let next = waiting.popLast() {
            switch next {
            case .array(let elements): waiting += elements
            case .object(let object): waiting += object.members.map(\.value)
            case .string(let text):
                let path = text.prefix { $0 != "?" && $0 != "#" }
                let name = path.split(separator: "/").last.map(String.init) ?? ""
                if name.hasSuffix(".zip") || isShard(name) { parts.insert(name) }
            case .null, .bool, .number: break
            }
        }
        return parts
    }

    /// Whether a file of this name lists the parts of an export.
    package static func isOne(_ name: String) -> Bool {
        name == "export_manifest.json" || name == "manifest.json"
            || name.hasPrefix("manifest-") && name.hasSuffix(".json")
    }

    /// Where newer exports of Claude have a file for each project.
    package static let projectFolder = "projects"

    /// Whether a file of this path belongs to an export and holds other things than conversations.
    package static func isBeside(_ path: String) -> Bool {
        let names = path.split(separator: "/").suffix(2)
        guard let last = names.last, last.hasSuffix(".json") else { return false }
        return last == "projects.json" || last == "memories.json"
            || names.count == 2 && names.first == projectFolder[...]
    }

    /// Whether a file of this name holds the conversations of ChatGPT's or Claude's export: `conversations.json`, or
    /// `conversations-012.json`.
    package static func isShard(_ name: String) -> Bool {
        guard name.hasPrefix("conversations"), name.hasSuffix(".json") else { return false }
        let middle = name.dropFirst("conversations".count).dropLast(".json".count)
        return middle.isEmpty || middle.count == 4 && middle.first == "-" && middle.dropFirst().allSatisfy(\.isNumber)
    }
}
