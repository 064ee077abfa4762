import ArgumentParser
import Parley

/// Limits of a user or a key.
struct LimitOptions: ParsableArguments {
    @Option(help: "Requests to models per minute; 'off' removes a limit.")
    var requestsPerMinute: LimitAmount?

    @Option(help: "Tokens per minute.")
    var tokensPerMinute: LimitAmount?

    @Option(help: "Requests to models that may run at the same time.")
    var concurrentTurns: LimitAmount?

    @Option(help: "Tokens per day (UTC).")
    var tokensPerDay: LimitAmount?

    @Option(help: "Tokens per month (UTC).")
    var tokensPerMonth: LimitAmount?

    @Option(help: "Dollars per day (UTC).")
    var costPerDay: LimitAmount?

    @Option(help: "Dollars per month (UTC).")
    var costPerMonth: LimitAmount?

    /// The member `limits` of a change.
    var json: JSON {
        let amounts: [(Allowance.Measure, LimitAmount?)] = [
            (.requestsPerMinute, requestsPerMinute), (.tokensPerMinute, tokensPerMinute),
            (.concurrentTurns, concurrentTurns), (.tokensPerDay, tokensPerDay), (.tokensPerMonth, tokensPerMonth),
            (.costPerDay, costPerDay), (.costPerMonth, costPerMonth),
        ]
        return .object(
            .init(
                amounts.compactMap { measure, amount in
                    amount.map { .init(name: measure.rawValue, value: $0.json) }
                }
            )
        )
    }

    /// - Throws: what ArgumentParser shows as a usage error.
    func validate() throws {
        guard json.object?.members.isEmpty == false else {
            throw ValidationError("Name at least one limit, as --cost-per-month 20.")
        }
    }
}

/// A number, or `off` for no limit.
enum LimitAmount: ExpressibleByArgument, Sendable {
    case off
    /// As it was written.
    case amount(String)

    init?(argument: String) {
        if argument == "off" {
            self = .off
        } else {
            guard let number = Double(argument), number.isFinite, number >= 0, argument.first != "+" else { return nil }
            self = .amount(number == number.rounded() && number < 1e15 ? String(Int64(number)) : argument)
        }
    }

    var json: JSON {
        switch self {
        case .off: .null
        case .amount(let digits): .number(digits)
        }
    }
}
