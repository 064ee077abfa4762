import GRDB
import Parley

extension ParleyError {
    /// An error of SQLite or GRDB in the words of the domain; one of ours, or of a job, is passed on as it is.
    static func translating(_ error: any Error) -> any Error {
        switch error {
        case let error as SQLiteFailure: ParleyError(error)
        case let error as DatabaseError: ParleyError(SQLiteFailure(error))
        case is CancellationError: ParleyError(error)
        default: error
        }
    }

    init(_ failure: SQLiteFailure) {
        let kind = failure.kind
        self.init(kind.code, kind.message, retryAfter: kind.retryAfter, cause: failure)
    }

    static let gone = ParleyError(FailureKind.gone.code, FailureKind.gone.message)

    /// Whether nothing may be acknowledged after this.
    var isFatal: Bool { (cause as? SQLiteFailure)?.kind.isFatal ?? false }

    /// The code, when it is the storage that has failed.
    var storageCode: Code? {
        switch code {
        case .storageFull, .storageReadOnly, .storageGone, .databaseDamaged: code
        default: nil
        }
    }
}

extension FailureKind {
    var code: ParleyError.Code {
        switch self {
        case .full: .storageFull
        case .readOnly: .storageReadOnly
        case .gone, .inputOutput: .storageGone
        case .damaged, .indexDamaged: .databaseDamaged
        case .memory, .busy, .interrupted: .overloaded
        case .tooBig: .bodyTooLarge
        case .duplicate: .conflict
        case .other: .internalError
        }
    }

    var message: String {
        switch self {
        case .full: "The disk is full. Reading goes on; free some space, or prune old conversations."
        case .readOnly: "The database cannot be written: the file, its directory or the disk is read-only."
        case .gone: "The database file was moved, replaced or lost; nothing is saved any more."
        case .indexDamaged: "An index of the database is damaged. It can be built again from the rest."
        case .inputOutput: "The disk reported an error."
        case .damaged: "The database is damaged. Restore a backup, or run `parley database check`."
        case .memory: "The database ran out of memory."
        case .busy: "Another program is using the database."
        case .interrupted: "The query took too long. Ask for less at a time."
        case .tooBig: "A value is larger than the database takes."
        case .duplicate: "It already exists."
        case .other: "The server had an error while processing your request."
        }
    }

    var retryAfter: Duration? {
        switch self {
        case .memory, .busy: .seconds(1)
        default: nil
        }
    }
}
