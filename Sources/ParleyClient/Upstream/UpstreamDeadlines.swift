/// How long an upstream may take.
///
/// Each fires within a tenth of itself, but a sign of life comes up to twice as late when an upstream sends comments.
package struct UpstreamDeadlines: Hashable, Sendable {
    /// Until a connection is there.
    package var connect: Duration = .seconds(10)
    /// From the call to the first byte of the answer's body.
    package var firstByte: Duration = .seconds(300)
    /// Between bytes, while we are reading.
    ///
    /// Comments count as bytes.
    package var idle: Duration = .seconds(120)
    /// From the call to the end of the answer.
    package var total: Duration = .seconds(1800)
    /// Until the reader of an answer that has begun gets a sign of life instead of a piece; no end to anything.
    package var signOfLife: Duration = .seconds(15)

    package init() {}
}
