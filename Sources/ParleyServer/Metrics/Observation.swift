/// Something that happened and is counted.
package enum Observation: Sendable {
    /// A request was answered; of a stream, to its end. `route` is a template, never a path.
    case request(route: String, method: String, status: Int, duration: Duration)
    case streamOpened
    case streamClosed
    /// What a turn took in and put out.
    case tokens(input: Int, output: Int)
}
