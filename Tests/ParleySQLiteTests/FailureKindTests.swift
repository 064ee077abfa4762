import Foundation
import Parley
import Testing

@testable import ParleySQLite

struct FailureKindTests {
    @Test(arguments: [
        (13, 0, ParleyError.Code.storageFull),  // FULL
        (10 | 19 << 8, 0, .storageFull),  // IOERR_SHMSIZE
        (10 | 3 << 8, ENOSPC, .storageFull),  // IOERR_WRITE
        (10 | 3 << 8, EDQUOT, .storageFull),
        (10 | 3 << 8, EROFS, .storageReadOnly),
        (10 | 3 << 8, EIO, .storageGone),
        (10 | 4 << 8, ENOSPC, .storageGone),  // IOERR_FSYNC
        (8, 0, .storageReadOnly),  // READONLY
        (8 | 4 << 8, 0, .storageGone),  // READONLY_DBMOVED
        (11, 0, .databaseDamaged),  // CORRUPT
        (11 | 1 << 8, 0, .databaseDamaged),  // CORRUPT_VTAB
        (11 | 3 << 8, 0, .databaseDamaged),  // CORRUPT_INDEX
        (26, 0, .databaseDamaged),  // NOTADB
        (7, 0, .overloaded),  // NOMEM
        (10 | 12 << 8, 0, .overloaded),  // IOERR_NOMEM
        (5, 0, .overloaded),  // BUSY
        (9, 0, .overloaded),  // INTERRUPT
        (19 | 8 << 8, 0, .conflict),  // CONSTRAINT_UNIQUE
        (19 | 3 << 8, 0, .internalError),  // CONSTRAINT_FOREIGNKEY
        (1, 0, .internalError),
    ])
    func aResultCodeHasAMeaning(_ code: Int, _ systemError: Int32, _ expected: ParleyError.Code) {
        #expect(FailureKind(code: Int32(code), systemError: systemError).code == expected)
    }

    @Test func onlyLossAndDamageAreFatal() {
        #expect(FailureKind.allCases.filter(\.isFatal) == [.gone, .damaged])
    }

    @Test func whatIsLoggedHoldsNoValue() {
        let error = ParleyError(SQLiteFailure(code: 19, message: "UNIQUE constraint failed: note.body"))
        #expect(!error.description.contains("note"))
        #expect(error.message == FailureKind.other.message)
    }
}
