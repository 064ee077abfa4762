import Parley

/// Compares the sums of what was used with what they are sums of.
///
/// Each rule is one statement, and so one snapshot: turns go on meanwhile.
struct UsageCheck: Sendable {
    let what: String
    let sql: String
    let remedy: String

    static let restart = "It is worked out anew when Parley starts: stop it and start it again."

    static let all = [
        UsageCheck(
            what: "sums of a day's usage that are not those of its turns",
            sql: sumsOfDays,
            remedy: "Reports and budgets of those days are wrong, and nothing else. \(Store.restore)"
        ),
        UsageCheck(
            what: "reservations of turns that have ended, or of a process that is gone",
            sql: deadReservations,
            remedy: "They take room in a budget. \(restart)"
        ),
    ]

    /// What counts of a turn, as ``TurnSettlement/taken`` says it.
    private static func taken(_ column: String) -> String {
        """
        sum(
            CASE
                WHEN turn.status = 'failed' AND turn.usage_estimated = 1 AND coalesce(turn.output_tokens, 0) = 0 THEN 0
                ELSE coalesce(\(column), 0)
            END
        )
        """
    }

    /// The retention of usage removes turns before their days: of those days the sums may say more.
    private static let sumsOfDays = """
        WITH horizon (day) AS (SELECT max(day) FROM usage_horizon),
        used (person_id, day, api_key_id, model, turns, input, cached, output, cost) AS (
            SELECT turn.person_id, turn.created_at / \(Day.milliseconds), coalesce(turn.api_key_id, 0), turn.model,
                count(*), \(taken("turn.input_tokens")), \(taken("turn.cached_tokens")),
                \(taken("turn.output_tokens")), \(taken("turn.cost"))
            FROM turn
            WHERE turn.status <> 'running'
            AND turn.process_id IS NOT NULL
            AND turn.settled_at IS NOT NULL
            GROUP BY 1, 2, 3, 4
        )
        SELECT (
            SELECT count(*)
            FROM used
            CROSS JOIN horizon
            LEFT JOIN usage_day ON usage_day.person_id = used.person_id
                AND usage_day.day = used.day
                AND usage_day.api_key_id = used.api_key_id
                AND usage_day.model = used.model
            WHERE used.day >= horizon.day
            AND used.person_id NOT IN (\(Orphans.beingErased))
            AND (
                usage_day.turns IS NULL
                OR usage_day.turns <> used.turns
                OR usage_day.input_tokens <> used.input
                OR usage_day.cached_tokens <> used.cached
                OR usage_day.output_tokens <> used.output
                OR usage_day.cost <> used.cost
            )
        ) + (
            SELECT count(*)
            FROM usage_day
            CROSS JOIN horizon
            WHERE usage_day.day >= horizon.day
            AND usage_day.person_id NOT IN (\(Orphans.beingErased))
            AND (usage_day.person_id, usage_day.day, usage_day.api_key_id, usage_day.model) NOT IN (
                SELECT person_id, day, api_key_id, model
                FROM used
            )
        )
        """

    private static let deadReservations = """
        SELECT count(*)
        FROM reservation
        WHERE reservation.process_id <> (SELECT max(id) FROM process)
        OR EXISTS (
            SELECT 1
            FROM turn
            WHERE turn.public_id = reservation.turn
            AND turn.status <> 'running'
        )
        """
}
