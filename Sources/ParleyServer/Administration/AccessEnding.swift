import Parley

/// Ends what runs for those who may not go on.
struct AccessEnding: Sendable {
    let turns: Turns
    let readings: OpenReadings

    func end(where ends: (Caller) -> Bool) {
        turns.endTurns(where: ends)
        readings.end(where: ends)
    }
}
