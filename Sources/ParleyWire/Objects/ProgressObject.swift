package import Parley

/// How far something has come, as the API tells it.
package enum ProgressObject {
    package static let kind = "progress"

    package static func json(_ progress: WorkProgress) -> JSON {
        [
            "object": .string(kind), "step": .string(progress.step.rawValue), "done": JSON(progress.done),
            "total": progress.total.map { JSON($0) } ?? .null,
        ]
    }
}
