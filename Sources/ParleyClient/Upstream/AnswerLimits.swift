/// How large an answer may be, in bytes.
package struct AnswerLimits: Hashable, Sendable {
    /// The body of an answer that is not streamed, and all the events of one that is.
    package var answer = 16 << 20
    /// The body of a refusal.
    package var refusal = 64 << 10
    /// What is kept of a stream while its reader is busy; the upstream waits beyond it.
    package var unread = 64 << 10

    package init() {}
}
