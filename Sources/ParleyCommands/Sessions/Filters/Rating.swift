import ArgumentParser

/// What somebody thinks of an answer.
enum Rating: String, ExpressibleByArgument, CaseIterable, Sendable {
    case up
    case down

    var number: Int { self == .up ? 1 : -1 }
}
