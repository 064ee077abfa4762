import Foundation
import Parley
import ParleyInterchange

/// A file that is to be imported.
struct ImportInput: Sendable {
    /// Absolute; `nil` for standard input.
    var path: String?
    /// What people call it.
    var name: String
    /// Whether it was named, or has the name of an export: then it must be understood.
    var isNamed: Bool
}

/// Finds the files that are to be imported.
enum ImportInputs {
    /// What a folder is looked through for.
    private static let extensions: Set = ["json", "jsonl", "ndjson", "yaml", "yml", "db", "sqlite", "zip"]

    private static let depthLimit = 16

    /// The files that were named, and those in the folders that were.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` when there is no such file.
    static func all(_ arguments: [String]) throws -> [ImportInput] {
        try arguments.flatMap { argument -> [ImportInput] in
            if argument == "-" { return [ImportInput(path: nil, name: "standard input", isNamed: true)] }
            let url = URL(fileURLWithPath: argument).resolvingSymlinksInPath()
            guard let facts = Facts(url) else { throw ParleyError(.invalidValue, "There is no file \(argument).") }
            if facts.isFolder { return try found(in: url, argument, depth: 0) }
            return [ImportInput(path: url.path, name: argument, isNamed: true)]
        }
    }

    /// Links are not followed: they may lead anywhere.
    private static func found(in folder: URL, _ name: String, depth: Int) throws -> [ImportInput] {
        guard depth < depthLimit else { return [] }
        let entries = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let chosen = ExportNames.chosen(from: entries) {
            extensions.contains(($0 as NSString).pathExtension.lowercased())
        }
        var inputs: [ImportInput] = []
        for entry in entries {
            let url = folder.appendingPathComponent(entry)
            guard let facts = Facts(url), !entry.hasPrefix(".") else { continue }
            let isBeside = ExportManifest.isBeside(entry)
            if facts.isFolder, !chosen.isExport || entry == ExportManifest.projectFolder {
                inputs += try found(in: url, "\(name)/\(entry)", depth: depth + 1)
            } else if facts.isFile, chosen.names.contains(entry) {
                let isNamed = chosen.isExport && !isBeside
                inputs.append(ImportInput(path: url.path, name: "\(name)/\(entry)", isNamed: isNamed))
            }
        }
        return inputs
    }

    /// Whether there is a file of its own, and no link to one.
    static func isFile(_ path: String) -> Bool { Facts(URL(fileURLWithPath: path))?.isFile == true }

    private struct Facts {
        var isFile = false
        var isFolder = false

        /// Of the thing itself, also when it is a link.
        init?(_ url: URL) {
            var facts = stat()
            guard unsafe lstat(url.path, &facts) == 0 else { return nil }
            isFile = facts.st_mode & S_IFMT == S_IFREG
            isFolder = facts.st_mode & S_IFMT == S_IFDIR
        }
    }
}
