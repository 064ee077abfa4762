import Parley

/// A check that looks at many rows, some at a time.
protocol StepwiseCheck: Sendable {
    /// What a step found wrong.
    ///
    /// The statements of a step see one snapshot each, so what looks wrong may only be on the move.
    associatedtype Suspect: Sendable

    static var subject: DatabaseFinding.Subject { get }

    var suspects: [Suspect] { get }
    var isDone: Bool { get }

    mutating func advance(_ connection: any Connection) throws

    /// The finding, if it is one in a single snapshot too.
    static func finding(_ suspect: Suspect, _ connection: any Connection) throws -> DatabaseFinding?
}
