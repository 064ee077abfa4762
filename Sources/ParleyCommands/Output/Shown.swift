/// What a command shows to people.
enum Shown: Sendable {
    case table(Table)
    /// Names and values, one pair on a line.
    case fields([(name: String, value: String)])
    /// Lines that are safe already.
    case lines([String])
}
