import Parley

/// Recomputes the chain of the audit log, row by row.
struct AuditVerifier {
    private(set) var last: Int64 = 0
    private(set) var hash: [UInt8] = []
    private(set) var broken: AuditVerdict.Break?
    /// A hash that must come by.
    private let wanted: String?
    private var hasFound: Bool

    init(wanted: String?) {
        self.wanted = wanted
        hasFound = wanted == nil
    }

    /// Takes the next row; nothing counts any more after the first one that is broken.
    mutating func check(_ row: AuditRow) {
        guard broken == nil else { return }
        guard row.number == last + 1 else { return fail(last + 1, "It was taken out.") }
        guard Store.digest(hash + Array(row.entry.utf8)) == row.hash else {
            return fail(row.number, "It, or the row before it, was changed.")
        }
        guard row.agreesWithItself else {
            return fail(row.number, "Its time, action or user is not what was sealed.")
        }
        (last, hash) = (row.number, row.hash)
        if !hasFound, Hexadecimal.encode(hash) == wanted { hasFound = true }
    }

    /// Compares the end with where the log ended when it was last written.
    mutating func finish(headNumber: Int64?, headHash: [UInt8]?) {
        guard broken == nil else { return }
        guard let headNumber, let headHash else { return fail(last + 1, "The record of the log's end is missing.") }
        if last < headNumber {
            fail(last + 1, "The log was cut off: it had \(headNumber) rows.")
        } else if last > headNumber {
            fail(headNumber + 1, "It was added from outside.")
        } else if hash != headHash {
            fail(last, "It is not the row that was written last.")
        } else if !hasFound {
            fail(last, "No row has the hash that was asked for: the log was replaced.")
        }
    }

    var verdict: AuditVerdict { AuditVerdict(entries: last, head: Hexadecimal.encode(hash), broken: broken) }

    private mutating func fail(_ number: Int64, _ reason: String) {
        broken = .init(number: number, reason: reason)
    }
}
