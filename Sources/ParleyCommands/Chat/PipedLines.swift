import Dispatch

/// Lines of standard input that nobody types.
struct PipedLines: LineSource {
    private let queue = DispatchQueue(label: "parley.input")

    func next(prompt: String) async -> Line {
        await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: readLine().map(Line.text) ?? .end)
            }
        }
    }

    func remember(_ message: String) async {}
}
