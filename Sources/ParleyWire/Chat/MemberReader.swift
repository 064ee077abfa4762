package import Parley

/// Reads the members of a request, with OpenAI's errors for what is wrong.
///
/// An explicit `null` counts as absent.
package struct MemberReader {
    private let slices: JSONSlices

    package init(_ slices: JSONSlices) {
        self.slices = slices
    }

    package func value(_ name: StaticString) throws -> JSON? { try slices.value(of: name) }

    package func string(_ name: StaticString) throws -> String? {
        try value(name).map { value in
            guard let string = value.string else { throw wrongType(name, "a string") }
            return string
        }
    }

    package func bool(_ name: StaticString) throws -> Bool? {
        try value(name).map { value in
            guard let bool = value.bool else { throw wrongType(name, "a boolean") }
            return bool
        }
    }

    package func object(_ name: StaticString) throws -> JSON? {
        try value(name).map { value in
            guard value.object != nil else { throw wrongType(name, "an object") }
            return value
        }
    }

    package func integer(_ name: StaticString, in range: ClosedRange<Int>) throws -> Int? {
        try value(name).map { value in
            guard let integer = value.int else { throw wrongType(name, "an integer") }
            if integer > range.upperBound {
                throw ParleyError(.aboveMaximum, "'\(name)' must be at most \(range.upperBound).", parameter: "\(name)")
            }
            if integer < range.lowerBound {
                throw ParleyError(
                    .belowMinimum,
                    "'\(name)' must be at least \(range.lowerBound).",
                    parameter: "\(name)"
                )
            }
            return integer
        }
    }

    package func decimal(_ name: StaticString, in range: ClosedRange<Double>) throws {
        guard let value = try value(name) else { return }
        guard let decimal = value.double else { throw wrongType(name, "a number") }
        guard range.contains(decimal) else {
            throw ParleyError(
                decimal > range.upperBound ? .decimalAboveMaximum : .decimalBelowMinimum,
                "'\(name)' must be from \(range.lowerBound) to \(range.upperBound).",
                parameter: "\(name)"
            )
        }
    }

    private func wrongType(_ name: StaticString, _ expected: String) -> ParleyError {
        ParleyError(.invalidType, "'\(name)' must be \(expected).", parameter: "\(name)")
    }
}

extension MemberReader {
    /// `conversation` as an id or an object with one.
    func conversation() throws -> String? {
        guard let value = try value("conversation") else { return nil }
        guard let id = value.string ?? value["id"]?.string else { throw wrongType("conversation", "an id") }
        return id
    }

    /// At most 16 pairs of names up to 64 and values up to 512 characters.
    package func metadata() throws -> [String: String] {
        guard let object = try object("metadata")?.object else { return [:] }
        return try Self.metadata(object)
    }

    package static func metadata(_ object: JSON.Object) throws -> [String: String] {
        guard object.members.count <= 16 else {
            throw ParleyError(.objectTooLarge, "'metadata' has more than 16 pairs.", parameter: "metadata")
        }
        var pairs: [String: String] = [:]
        for member in object.members {
            guard let value = member.value.string else {
                throw ParleyError(.invalidType, "The values of 'metadata' must be strings.", parameter: "metadata")
            }
            guard member.name.count <= 64, value.count <= 512 else {
                throw ParleyError(
                    .stringTooLong,
                    "'metadata' takes names of up to 64 and values of up to 512 characters.",
                    parameter: "metadata"
                )
            }
            pairs[member.name] = value
        }
        return pairs
    }

    /// `context: {"policy":…,"budget":…}`, our own member.
    func context() throws -> (ContextPolicy?, Int?) {
        guard let context = try object("context") else { return (nil, nil) }
        return try Self.context(context)
    }

    package static func context(_ context: JSON) throws -> (ContextPolicy?, Int?) {
        guard context.object != nil else {
            throw ParleyError(.invalidType, "'context' must be an object.", parameter: "context")
        }
        var policy: ContextPolicy?
        if let name = context["policy"] {
            policy = name.string.flatMap(ContextPolicy.init(rawValue:))
            guard policy != nil else {
                throw ParleyError(
                    .invalidValue,
                    "'context.policy' must be all, recent, turns:N, stable, summary or recall.",
                    parameter: "context.policy"
                )
            }
        }
        guard let budget = context["budget"] else { return (policy, nil) }
        guard let tokens = budget.int, (1...Usage.ceiling).contains(tokens) else {
            throw ParleyError(
                .invalidValue,
                "'context.budget' must be a number of tokens.",
                parameter: "context.budget"
            )
        }
        return (policy, tokens)
    }

    /// The ranges of the parameters that go upstream untouched.
    func checkRanges() throws {
        try decimal("temperature", in: 0...2)
        try decimal("top_p", in: 0...1)
        try decimal("frequency_penalty", in: -2...2)
        try decimal("presence_penalty", in: -2...2)
        _ = try integer("top_logprobs", in: 0...20)
        try checkStop()
    }

    private func checkStop() throws {
        guard let stop = try value("stop"), stop.string == nil else { return }
        guard let sequences = stop.array, sequences.allSatisfy({ $0.string != nil }) else {
            throw wrongType("stop", "a string or an array of strings")
        }
        guard sequences.count <= 4 else {
            throw ParleyError(.arrayTooLong, "'stop' takes at most 4 sequences.", parameter: "stop")
        }
    }
}
