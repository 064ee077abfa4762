import Parley
import ParleyInterchange

/// What an export has, behind its end.
enum ExportSummaryObject {
    /// U+001E, as JSON text sequences (RFC 7464) begin: JSON never has it, so the last one in the body is this one.
    private static let separator: UInt8 = 0x1E

    static func behindFile(_ summary: ExportSummary) -> [UInt8] {
        [separator] + json(summary).encoded + [UInt8(ascii: "\n")]
    }

    private static func json(_ summary: ExportSummary) -> JSON {
        [
            "object": "export.summary", "conversations": JSON(summary.conversations), "items": JSON(summary.items),
            "left_out": [
                "conversations": JSON(summary.leftOut.conversations), "items": JSON(summary.leftOut.items),
            ],
        ]
    }
}
