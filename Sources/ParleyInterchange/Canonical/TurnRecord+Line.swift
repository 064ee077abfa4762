import Parley
import ParleyWire

extension TurnRecord {
    var json: JSON {
        var line = LineMembers()
        line.add("background", background)
        line.add("choices", choices)
        line.add("cost", cost)
        line.add("created_at", createdAt)
        line.add("deleted_at", deletedAt)
        line.add("face", face.rawValue)
        line.add("finish", finish?.rawValue)
        line.add("id", key)
        line.add("input", input)
        line.add("input_count", inputCount)
        line.add("instructions", instructions)
        line.add("metadata", metadata)
        line.add("model", model)
        line.add("object", "turn")
        line.add("output_count", outputCount)
        line.add("parameters", parameters.map(JSON.object))
        line.add("reason", reason)
        line.add("service_tier", serviceTier)
        line.add("settled_at", settledAt)
        line.add("status", status.rawValue)
        line.add("stored", stored)
        line.add("system_fingerprint", systemFingerprint)
        line.add("upstream", upstream)
        line.add("usage", usage.map(Self.json))
        return line.json
    }

    private static func json(_ usage: Usage) -> JSON {
        var members = LineMembers()
        members.add("cached", usage.cachedTokens)
        members.add("estimated", usage.estimated)
        members.add("input", usage.inputTokens)
        members.add("output", usage.outputTokens)
        members.add("reasoning", usage.reasoningTokens)
        return members.json
    }

    init(_ object: JSON.Object) throws {
        let members = ObjectMembers(object)
        self.init(
            key: try members.requiredString("id"),
            face: try members.word("face") ?? .chat,
            status: try members.word("status") ?? .completed,
            model: try members.string("model") ?? "",
            createdAt: try members.milliseconds("created_at") ?? Timestamp(milliseconds: 0)
        )
        reason = try members.string("reason")
        stored = try members.bool("stored") ?? false
        background = try members.bool("background") ?? false
        upstream = try members.string("upstream") ?? ""
        instructions = members["instructions"]
        metadata = try members.metadata() ?? [:]
        parameters = members["parameters"]?.object
        input = try members.string("input")
        inputCount = try members.integer("input_count", atLeast: 0) ?? 0
        outputCount = try members.integer("output_count", atLeast: 0) ?? 0
        choices = members["choices"]
        finish = try members.word("finish")
        systemFingerprint = try members.string("system_fingerprint")
        serviceTier = try members.string("service_tier")
        usage = try members.object("usage").map(Self.usage)
        cost = try members.integer("cost", atLeast: 0).map(Int64.init)
        settledAt = try members.milliseconds("settled_at")
        deletedAt = try members.milliseconds("deleted_at")
        if status == .running { (status, reason) = (.failed, "imported") }
    }

    private static func usage(_ members: ObjectMembers) throws -> Usage {
        func count(_ name: String) throws -> Int {
            min(try members.integer(name, atLeast: 0) ?? 0, Usage.ceiling)
        }
        return Usage(
            inputTokens: try count("input"),
            outputTokens: try count("output"),
            cachedTokens: try count("cached"),
            reasoningTokens: try count("reasoning"),
            estimated: try members.bool("estimated") ?? false
        )
    }
}
