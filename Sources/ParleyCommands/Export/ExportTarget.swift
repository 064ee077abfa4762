import Foundation

/// Where an export goes.
enum ExportTarget: Equatable {
    case standardOutput
    case file(String)
    /// A file for each conversation.
    case folder(String)

    /// `-` or nothing is standard output; a path that ends with a slash is a folder.
    init(_ text: String?) {
        switch text {
        case nil, "", "-": self = .standardOutput
        case .some(let path) where path.hasSuffix("/"): self = .folder(UserFolder.path(path))
        case .some(let path): self = .file(UserFolder.path(path))
        }
    }

    /// The format that the ending of a file's name says.
    var format: String? {
        guard case .file(let path) = self else { return nil }
        switch (path as NSString).pathExtension.lowercased() {
        case "md", "markdown": return "markdown"
        case "html", "htm": return "html"
        case "json": return "json"
        case "txt": return "text"
        case "csv": return "csv"
        case "jsonl", "parley": return "parley"
        default: return nil
        }
    }
}
