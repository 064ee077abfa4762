import ParleyClient
import ParleyInterchange

/// Which conversations are exported, and how.
struct ExportSelection: Sendable {
    /// The conditions.
    var query: [APIQueryItem]
    /// The format and what belongs to it.
    var options: [APIQueryItem]
    var format: ExportFormat

    /// So many ids fit into one request.
    static let mostIDs = 100

    /// The query of one export of all of them.
    func query(of ids: [String]) -> [APIQueryItem] {
        query + options + ids.map { APIQueryItem("id", $0) }
    }
}
