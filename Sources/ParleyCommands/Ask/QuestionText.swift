import Foundation
import Parley

/// The text of a question, from the command line and standard input.
enum QuestionText {
    /// The words joined; `-` among them, or no word at all, stands for standard input.
    /// - Throws: ``ParleyError/Code/invalidValue`` when there is nothing to ask, or standard input is not UTF-8.
    static func of(_ words: [String]) throws -> String {
        guard words.contains("-") || words.isEmpty else { return try checked(words.joined(separator: " ")) }
        let input = try standardInput()
        let rest = words.filter { $0 != "-" }.joined(separator: " ")
        return try checked(rest.isEmpty ? input : rest + "\n\n" + input)
    }

    static func standardInput() throws -> String {
        let data = try FileHandle.standardInput.readToEnd() ?? Data()
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ParleyError(.invalidValue, "Standard input is not UTF-8 text.")
        }
        return text
    }

    private static func checked(_ text: String) throws -> String {
        guard !text.trimmed.isEmpty else {
            throw ParleyError(.invalidValue, "There is nothing to ask: give a text, or pipe one in.")
        }
        return text
    }
}
