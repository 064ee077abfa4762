/// How long it takes to count messages one by one; `Scripts/bench.d/tokens` compares it with tiktoken.
package struct TokenTiming: Sendable {
    /// The bytes of all messages.
    package let bytes: Int

    /// The number of messages.
    package let messages: Int

    /// The tokens of all messages.
    package let tokens: Int

    /// The seconds of each round, shortest first.
    package let seconds: [Double]

    /// The seconds of the median round.
    package var median: Double {
        seconds[seconds.count / 2]
    }

    /// One line of JSON.
    package var json: String {
        """
        {"bytes":\(bytes),"messages":\(messages),"tokens":\(tokens),"seconds":\(median)}
        """
    }

    /// Counts each message of a file in which a zero byte follows each, after one round that is not timed.
    package static func measure(_ tokenizer: Tokenizer, messages data: [UInt8], rounds: Int) -> TokenTiming {
        let messages = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        let clock = ContinuousClock()
        var tokens = 0
        var seconds: [Double] = []
        for round in 0...max(rounds, 1) {
            tokens = 0
            let elapsed = clock.measure {
                for message in messages { tokens += tokenizer.count(message) }
            }
            if round > 0 { seconds.append(elapsed / .seconds(1)) }
        }
        return TokenTiming(
            bytes: messages.reduce(0) { $0 + $1.utf8.count },
            messages: messages.count,
            tokens: tokens,
            seconds: seconds.sorted()
        )
    }
}
