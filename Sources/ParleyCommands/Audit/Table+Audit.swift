import Parley

extension Table {
    static func audit(_ entries: [JSON]) -> Table {
        Table(
            [
                Column(heading: "NO", isNumber: true), Column(heading: "TIME"), Column(heading: "ACTION"),
                Column(heading: "BY", isFlexible: true), Column(heading: "KEY"),
                Column(heading: "SUBJECT", isFlexible: true), Column(heading: "DETAILS", isFlexible: true),
            ],
            rows: entries.map { entry in
                let details = entry["details"]?.object?.members ?? []
                return [
                    entry["id"]?.string ?? "", TimeText.of(entry["created_at"]), entry["action"]?.string ?? "",
                    entry["user"]?.string ?? "", entry["key"]?.string ?? "-", entry["subject"]?.string ?? "",
                    details.map { "\($0.name)=\($0.value.string ?? $0.value.text)" }.joined(separator: " "),
                ]
            },
            whenEmpty: "The audit log is empty."
        )
    }
}
