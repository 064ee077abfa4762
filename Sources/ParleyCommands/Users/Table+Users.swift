import Parley

extension Table {
    static func users(_ users: [JSON]) -> Table {
        Table(
            [Column(heading: "NAME", isFlexible: true), Column(heading: "ROLE"), Column(heading: "SINCE")],
            rows: users.map { user in
                let disabled = user["disabled"]?.bool == true ? " (disabled)" : ""
                return [
                    user["name"]?.string ?? "", (user["role"]?.string ?? "") + disabled,
                    TimeText.of(user["created_at"]),
                ]
            },
            whenEmpty: "There are no users."
        )
    }
}
