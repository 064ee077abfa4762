package import Parley

/// Reads the one conversation of a YAML file.
package struct DocumentReader {
    private let document: JSON
    private let file: String
    private let now: Timestamp

    /// Takes the file as JSON.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue``, with the reason alone, when it is no session.
    package init(_ document: JSON, file: String, now: Timestamp) throws {
        guard ImportFormat.detected(inYAML: document) != nil else {
            throw ParleyError(.invalidValue, "It is not an aichat session.")
        }
        self.document = document
        self.file = file
        self.now = now
    }

    package func conversation() -> ImportStep {
        var decoding = Decoding(now: now, file: file, number: 1)
        do throws(ImportProblem) {
            return .conversation(try AichatDecoder().decode(document, &decoding))
        } catch {
            return .problem(error)
        }
    }
}
