import Parley
import ParleyInterchange

/// What an export is to be.
struct ExportOptions: Sendable {
    var format: ExportFormat
    var scope: ExportScope
    var redacts: Bool
    /// Whether what was written is told behind it.
    var hasSummary: Bool

    /// The parameters that every export has.
    static let parameters = ["format", "branches", "redact", "summary"]

    init(_ query: Query) throws {
        let name = query["format"] ?? ExportFormat.parley.rawValue
        guard let format = ExportFormat(rawValue: name) else {
            let known = ExportFormat.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw ParleyError(.invalidValue, "'format' must be one of \(known).", parameter: "format")
        }
        self.format = format
        let branches = query["branches"] ?? (format.tellsBranches ? ExportScope.all : .active).rawValue
        guard let scope = ExportScope(rawValue: branches), format.tellsBranches || scope == .active else {
            let known = format.tellsBranches ? "'all' or 'active'" : "'active', for this format has no branches"
            throw ParleyError(.invalidValue, "'branches' must be \(known).", parameter: "branches")
        }
        self.scope = scope
        redacts = try query.flag("redact") ?? false
        hasSummary = try query.flag("summary") ?? false
    }

    /// For the audit log.
    var json: JSON.Object {
        JSON.Object([
            .init(name: "format", value: .string(format.rawValue)),
            .init(name: "branches", value: .string(scope.rawValue)), .init(name: "redacted", value: .bool(redacts)),
        ])
    }
}
