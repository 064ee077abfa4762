import Parley
import ParleyTokens

/// Counts many texts: an object with `text` on each line of standard input, one with `count` and `ids` on each of standard
/// output.
enum TokenLines {
    /// - Throws: ``ParleyError/Code/invalidValue``, naming the line.
    static func run(_ tokenizer: Tokenizer, on terminal: Terminal) throws {
        var number = 0
        while let line = readLine() {
            number += 1
            guard !line.trimmed.isEmpty else { continue }
            guard let text = (try? JSON(parsing: line))?["text"]?.string else {
                throw ParleyError(
                    .invalidValue,
                    "Line \(number) of standard input is not a JSON object with a string 'text'."
                )
            }
            let ids = tokenizer.encode(text)
            terminal.json(["count": JSON(ids.count), "ids": .array(ids.map { JSON($0) })])
        }
    }
}
