package import Parley

extension AnswerChunk {
    /// Reads one `chat.completion`, `chat.completion.chunk` or `text_completion` object.
    ///
    /// Tolerant of everything that servers leave out or add: roles, `choices`, null deltas, tool calls without an index,
    /// content in parts, impossible usage, `NaN`. Linear in the number of bytes.
    /// - Throws: ``ParleyError/Code/upstreamBadResponse`` when it is not such an object, and what the upstream's `error`
    ///   means when it has one.
    package init(parsing bytes: [UInt8], redaction: Redaction = Redaction()) throws(ParleyError) {
        guard let slices = Self.slices(bytes) else { throw .notAnAnswer }
        if let complaint = Self.complaint(slices) {
            throw ParleyError(upstreamStatus: complaint.status, complaint, redaction: redaction)
        }
        self.init(slices)
    }

    private init(_ slices: JSONSlices) {
        self.init()
        let bytes = slices.bytes.span
        if let range = slices.range(of: "choices"), bytes[range.lowerBound] == UInt8(ascii: "[") {
            choices = Array(slices.bytes[range])
            KnownJSON.elements(bytes, range) { _, choice in
                if let delta = AnswerDelta(bytes, choice: choice) { deltas.append(delta) }
            }
        }
        usage = slices.range(of: "usage").flatMap { Usage(bytes, $0) }
        model = slices.range(of: "model").flatMap { KnownJSON.text(bytes, $0) }
        systemFingerprint = slices.range(of: "system_fingerprint").flatMap { KnownJSON.text(bytes, $0) }
        serviceTier = slices.range(of: "service_tier").flatMap { KnownJSON.text(bytes, $0) }
    }

    /// The object's members, when the bytes are UTF-8 and JSON, or JSON with Python's `NaN` in it.
    private static func slices(_ bytes: [UInt8]) -> JSONSlices? {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
        if let slices = try? JSONSlices(bytes) { return slices }
        return NonFiniteNumbers.replaced(in: bytes).flatMap { try? JSONSlices($0) }
    }

    private static func complaint(_ slices: JSONSlices) -> UpstreamComplaint? {
        let failed = slices.range(of: "error") != nil
        guard failed || slices.range(of: "choices") == nil else { return nil }
        return (try? JSON(parsing: slices.bytes)).flatMap(UpstreamComplaint.init)
    }
}

extension ParleyError {
    /// The upstream sent something that cannot be read.
    package static var notAnAnswer: Self {
        Self(.upstreamBadResponse, "The upstream sent something that is not an answer.")
    }
}
