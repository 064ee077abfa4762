/// Checks that every call in a context has its result, and every result its call, as models demand.
enum CallPairs {
    /// - Throws: ``ParleyError/Code/invalidRequest`` that names the call.
    static func check(_ items: [ItemContent]) throws {
        var open: [String] = []
        var answered: Set<String> = []
        for item in items {
            guard let id = item.callID else { continue }
            switch item.kind {
            case .functionCall: open.append(id)
            case .functionCallOutput:
                if let index = open.firstIndex(of: id) {
                    open.remove(at: index)
                    answered.insert(id)
                } else if !answered.contains(id) {
                    throw error("No tool call found for function call output with call_id \(id).")
                }
            default: break
            }
        }
        if let id = open.first { throw error("No tool output found for function call \(id).") }
    }

    private static func error(_ message: String) -> ParleyError {
        ParleyError(.invalidRequest, message, parameter: "input")
    }
}
