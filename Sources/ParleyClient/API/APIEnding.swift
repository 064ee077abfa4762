package import Parley
import ParleyWire

/// What a stream says beside the text.
package struct APIEnding: Sendable {
    package var finish: String?
    package var usage: JSON?
    package var model: String?

    package init(finish: String? = nil, usage: JSON? = nil, model: String? = nil) {
        self.finish = finish
        self.usage = usage
        self.model = model
    }

    /// Reads one event and returns its text.
    mutating func take(_ event: ServerSentEvent) throws -> String? {
        guard let chunk = try? JSON(parsing: event.data) else {
            throw ParleyError(.upstreamBadResponse, "The server sent an event that is not JSON.")
        }
        if let error = chunk["error"] { throw ParleyError(event: error) }
        if let usage = chunk["usage"] { self.usage = usage }
        if let model = chunk["model"]?.string { self.model = model }
        let choice = chunk["choices"]?.array?.first
        if let finish = choice?["finish_reason"]?.string { self.finish = finish }
        return choice?["delta"]?["content"]?.string ?? choice?["delta"]?["refusal"]?.string
    }
}
