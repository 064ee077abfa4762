import Parley

extension Table {
    static func keys(_ keys: [JSON], at now: Timestamp = .now) -> Table {
        Table(
            [
                Column(heading: "HANDLE"), Column(heading: "USER", isFlexible: true), Column(heading: "MADE"),
                Column(heading: "USED"), Column(heading: "STATE"), Column(heading: "SCOPES", isFlexible: true),
                Column(heading: "LIMITS", isFlexible: true), Column(heading: "LABEL", isFlexible: true),
            ],
            rows: keys.map { key in
                [
                    key["handle"]?.string ?? key["id"]?.string ?? "", key["user"]?.string ?? "",
                    TimeText.of(key["created_at"]), TimeText.of(key["last_used_at"]), state(key, now), scopes(key),
                    limits(key), key["label"]?.string ?? "",
                ]
            },
            whenEmpty: "There are no keys. Make one with `parley keys create --user NAME`."
        )
    }

    private static func state(_ key: JSON, _ now: Timestamp) -> String {
        if key["revoked_at"] != nil { return "revoked" }
        guard let end = key["expires_at"]?.int else { return "valid" }
        return end <= now.seconds ? "expired" : "until \(TimeText.of(key["expires_at"]))"
    }

    private static func scopes(_ key: JSON) -> String {
        key["scopes"]?.array.map { $0.compactMap(\.string).joined(separator: ",") } ?? "all"
    }

    private static func limits(_ key: JSON) -> String {
        let limits = key["limits"]?.object?.members ?? []
        return limits.isEmpty ? "-" : limits.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")
    }
}
