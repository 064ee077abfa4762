import Parley

/// What stands in tables of its own, by the id of the response that it belongs to.
struct LLMSideTables {
    /// The texts that stand in front of a question.
    let fragments: [String: [String]]
    let systemFragments: [String: [String]]
    let attachments: [String: [JSON.Object]]
    let calls: [String: [JSON.Object]]
    let results: [String: [JSON.Object]]

    init(_ tables: any ForeignTables) throws {
        let texts = try Self.texts(tables)
        fragments = try Self.fragments("prompt_fragments", texts, tables)
        systemFragments = try Self.fragments("system_fragments", texts, tables)
        var known: [String: JSON.Object] = [:]
        for row in try tables.all("attachments", ["id", "type", "path", "url"]) {
            if let id = row["id"]?.string { known[id] = row }
        }
        let links = try tables.all(
            "prompt_attachments",
            ["response_id", "attachment_id", "order"],
            orderedBy: ["order"]
        )
        attachments = Self.grouped(links).mapValues {
            $0.compactMap { $0["attachment_id"]?.string.flatMap { known[$0] } }
        }
        calls = try Self.grouped(
            tables.all("tool_calls", ["id", "response_id", "name", "arguments", "tool_call_id"], orderedBy: ["id"])
        )
        results = try Self.grouped(
            tables.all("tool_results", ["id", "response_id", "output", "tool_call_id", "exception"], orderedBy: ["id"])
        )
    }

    private static func grouped(_ rows: [JSON.Object]) -> [String: [JSON.Object]] {
        Dictionary(grouping: rows) { $0["response_id"]?.string ?? "" }
    }

    /// The texts of fragments by their number.
    static func texts(_ tables: any ForeignTables) throws -> [Int: String] {
        var texts: [Int: String] = [:]
        for row in try tables.all("fragments", ["id", "content"]) {
            if let id = row["id"]?.int { texts[id] = row["content"]?.string }
        }
        return texts
    }

    private static func fragments(
        _ table: String,
        _ texts: [Int: String],
        _ tables: any ForeignTables
    ) throws -> [String: [String]] {
        let rows = try tables.all(table, ["response_id", "fragment_id", "order"], orderedBy: ["order"])
        return grouped(rows).mapValues { $0.compactMap { $0["fragment_id"]?.int.flatMap { texts[$0] } } }
    }
}
