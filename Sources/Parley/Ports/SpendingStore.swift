/// Where it is kept what everybody may spend and has spent.
package protocol SpendingStore: Sendable {
    /// The limits that were set for a user or a key; costs no reading.
    func allowance(of spender: Spender) -> Allowance

    /// Sets limits, or removes them with `nil`; those that are not named stay.
    func setAllowance(
        _ change: [Allowance.Measure: Int64?],
        of spender: Spender,
        named subject: String,
        by actor: AuditEvent.Actor
    ) async throws -> Allowance

    /// Sets aside what a turn can take, which is not stored before it runs.
    ///
    /// - Throws: ``ParleyError/Code/quotaExceeded``, and then nothing is set aside.
    func reserve(_ reservation: Reservation) async throws

    /// Gives back what was set aside for a turn that did not run. Not waited for.
    func release(_ turn: Turn.ID)

    /// What was spent, and is set aside.
    func spent(by spender: Spender, in period: Period) throws -> Spent

    /// What was used, by what is asked for.
    func usage(_ query: UsageQuery) async throws -> UsageReport
}
