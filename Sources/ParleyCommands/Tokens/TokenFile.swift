import Foundation
import Parley
import ParleyTokens

/// Measures how long counting takes, for the benchmark.
enum TokenFile {
    /// Counts, once, the messages of a file in which a zero byte follows each.
    static func time(_ path: String, _ tokenizer: Tokenizer, on terminal: Terminal) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ParleyError(.invalidValue, "\(path) cannot be read.")
        }
        terminal.line(TokenTiming.measure(tokenizer, messages: [UInt8](data), rounds: 1).json)
    }
}
