import Parley

/// Which function the newest calls named, for their results say only which call they answer.
struct CallNames {
    private var names: [String: String] = [:]
    private static let most = 1024

    mutating func note(_ content: ItemContent) {
        guard content.kind == .functionCall, let id = content.callID, let name = content.json["name"]?.string else {
            return
        }
        if names.count >= Self.most { names = [:] }
        names[id] = name
    }

    func name(of result: ItemContent) -> String? { result.callID.flatMap { names[$0] } }
}
