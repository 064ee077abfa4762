package import Parley

/// What was used, as the API shows it; costs are in dollars.
package enum UsageObject {
    package static func json(_ report: UsageReport, _ query: UsageQuery) -> JSON {
        var list = ListObject.json(report.lines.map(line), hasMore: report.hasMore).object ?? .init()
        list.append("by", .string(query.grouping.rawValue))
        list.append("since", .string(query.days.lowerBound.text))
        list.append("until", .string(query.days.upperBound.text))
        list.append("total", line(report.total))
        return .object(list)
    }

    /// `unpriced_tokens` are those of turns whose model has no price: they are in no cost.
    private static func line(_ line: UsageLine) -> JSON {
        [
            "id": JSON(line.name), "object": "usage", "turns": JSON(line.turns),
            "input_tokens": JSON(line.inputTokens), "cached_tokens": JSON(line.cachedTokens),
            "output_tokens": JSON(line.outputTokens), "cost": dollars(line.cost),
            "unpriced_tokens": JSON(line.unpricedTokens),
        ]
    }

    static func dollars(_ millionths: Int64) -> JSON { .number(Money.text(millionths)) }
}
