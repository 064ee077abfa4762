import Parley

extension Table {
    static func keys(_ keys: [JSON]) -> Table {
        Table(
            [
                Column(heading: "HANDLE"), Column(heading: "USER", isFlexible: true), Column(heading: "MADE"),
                Column(heading: "USED"), Column(heading: "STATE"), Column(heading: "LABEL", isFlexible: true),
            ],
            rows: keys.map { key in
                [
                    key["handle"]?.string ?? key["id"]?.string ?? "", key["user"]?.string ?? "",
                    TimeText.of(key["created_at"]), TimeText.of(key["last_used_at"]),
                    key["revoked_at"] == nil ? "valid" : "revoked", key["label"]?.string ?? "",
                ]
            },
            whenEmpty: "There are no keys. Make one with `parley keys create --user NAME`."
        )
    }
}
