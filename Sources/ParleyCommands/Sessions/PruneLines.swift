import Parley

/// What a prune removed, or would remove, for people.
struct PruneLines {
    private let result: JSON

    init(_ result: JSON) { self.result = result }

    var lines: [String] {
        let isDry = result["dry_run"]?.bool == true
        let users = (result["users"]?.array ?? []).map {
            "  \(Terminal.safe($0["user"]?.string ?? "")): \(Self.counts($0))"
        }
        guard isDry else { return ["Removed \(Self.counts(result))."] + Self.inLog(result) }
        let count = result["conversations"]?.int ?? 0
        let advice = count > 0 ? ["Nothing was removed yet: say --yes to do it."] : []
        return ["Would remove \(Self.counts(result))."] + users + advice
    }

    /// What to know when what was removed could not leave the files yet.
    static func inLog(_ result: JSON) -> [String] {
        guard result["finished_at"]?.int != nil, result["log_emptied_at"] == .null else { return [] }
        return [
            "It is still in the log file of the database, which something reads just now (an export, a backup, a search). "
                + "It leaves it as soon as that has ended: `parley sessions prune --runs` says when."
        ]
    }

    /// Why something that is in the file was not removed.
    static func left(_ written: PruneExport.Written, _ result: JSON) -> [String] {
        let left = written.ids.count - (result["conversations"]?.int ?? 0)
        guard left > 0 else { return [] }
        return [
            "\(left) of those that were written stay: they are pinned or held, a turn runs in them, they changed after "
                + "\(written.began.text), or --keep leaves them."
        ]
    }

    /// Two prunes as one: the last, with the counts of both.
    static func sum(_ first: JSON, _ last: JSON) -> JSON {
        var object = last.object ?? .init()
        for name in ["conversations", "items", "turns", "tokens", "bytes"] {
            object[name] = JSON((first[name]?.int ?? 0) + (last[name]?.int ?? 0))
        }
        return .object(object)
    }

    static func counts(_ counts: JSON) -> String {
        func count(_ noun: String) -> String { CountText.of(counts[noun + "s"], noun) }
        return "\(count("conversation")) with \(count("item")), \(count("turn")) of \(count("token")), "
            + ByteText.of(counts["bytes"]?.int ?? 0)
    }
}

extension Table {
    /// The reports of prunes.
    static func prunes(_ prunes: [JSON]) -> Table {
        Table(
            [
                Column(heading: "BEGAN"), Column(heading: "BY"), Column(heading: "WHY"),
                Column(heading: "CONVERSATIONS", isNumber: true), Column(heading: "ITEMS", isNumber: true),
                Column(heading: "TOKENS", isNumber: true), Column(heading: "SIZE", isNumber: true),
                Column(heading: "ENDED"), Column(heading: "FILTER", isFlexible: true),
            ],
            rows: prunes.map { prune in
                [
                    TimeText.of(prune["started_at"]), prune["actor"]?.string ?? "", prune["reason"]?.string ?? "",
                    (prune["conversations"]?.int ?? 0).description, (prune["items"]?.int ?? 0).description,
                    (prune["tokens"]?.int ?? 0).description, ByteText.of(prune["bytes"]?.int ?? 0),
                    ended(prune), prune["filter"]?.text ?? "",
                ]
            },
            whenEmpty: "Nothing was pruned yet."
        )
    }

    private static func ended(_ prune: JSON) -> String {
        let time = TimeText.of(prune["finished_at"])
        return PruneLines.inLog(prune).isEmpty ? time : time + ", still in the log"
    }
}
