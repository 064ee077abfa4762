import Parley

/// What stands in tables of its own, by the id of the response that it belongs to.
struct LLMSideTables {
    /// The texts that stand in front of a question.
    let fragments: [String: [String]]
    let systemFragments: [String: [String]]
    let attachments: [String: [JSON.Object]]
    let calls: [String: [JSON.Object]]
    let results: [String: [JSON.Object]]
    /// By the numbers of the results.
    let resultAttachments: [Int: [JSON.Object]]
    /// What the answer was to look like.
    let schemas: [String: JSON]
    /// What could be called.
    let tools: [String: [JSON]]

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
        let file: (JSON.Object) -> JSON.Object? = { $0["attachment_id"]?.string.flatMap { known[$0] } }
        attachments = Self.grouped(links).mapValues { $0.compactMap(file) }
        let resultLinks = try tables.all(
            "tool_results_attachments",
            ["tool_result_id", "attachment_id", "order"],
            orderedBy: ["order"]
        )
        resultAttachments = Dictionary(grouping: resultLinks) { $0["tool_result_id"]?.int ?? 0 }.mapValues {
            $0.compactMap(file)
        }
        schemas = try Self.schemas(tables)
        tools = try Self.tools(tables)
        calls = try Self.grouped(
            tables.all("tool_calls", ["id", "response_id", "name", "arguments", "tool_call_id"], orderedBy: ["id"])
        )
        results = try Self.grouped(
            tables.all(
                "tool_results",
                ["id", "response_id", "name", "output", "tool_call_id", "exception"],
                orderedBy: ["id"]
            )
        )
    }

    private static func grouped(_ rows: [JSON.Object]) -> [String: [JSON.Object]] {
        Dictionary(grouping: rows) { $0["response_id"]?.string ?? "" }
    }

    private static func schemas(_ tables: any ForeignTables) throws -> [String: JSON] {
        var schemas: [String: JSON] = [:]
        for row in try tables.all("schemas", ["id", "content"]) {
            if let id = row["id"]?.string { schemas[id] = json(row["content"]) }
        }
        return schemas
    }

    private static func tools(_ tables: any ForeignTables) throws -> [String: [JSON]] {
        var known: [Int: JSON] = [:]
        for var row in try tables.all("tools", ["id", "hash", "name", "description", "input_schema", "plugin"]) {
            guard let id = row["id"]?.int else { continue }
            row["input_schema"] = json(row["input_schema"])
            known[id] = .object(row.extra(without: ["id"]))
        }
        return try grouped(tables.all("tool_responses", ["tool_id", "response_id"], orderedBy: ["tool_id"]))
            .mapValues { $0.compactMap { $0["tool_id"]?.int.flatMap { known[$0] } } }
    }

    /// JSON in a text; the text where it is none.
    private static func json(_ text: JSON?) -> JSON? {
        text?.string.flatMap { try? JSON(parsing: $0) }.flatMap(ForeignSecrets.removed) ?? text
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
