package import Parley

extension LanyingForm {
    /// As Lanying writes callbacks, and chat models read requests.
    package static let json = LanyingForm(message: LanyingCallback.message) { model, context in
        var writer = JSONWriter(capacity: 1024)
        writer.raw("{\"model\":")
        writer.string(model)
        writer.raw(",\"messages\":")
        ChatMessages.write(context.map { $0.instructions + $0.items } ?? [], to: &writer)
        writer.raw(",\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
        return writer.bytes
    }
}
