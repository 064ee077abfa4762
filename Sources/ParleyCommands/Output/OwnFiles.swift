import Parley
import ParleySQLite

/// The files of the database, over which nothing may be written.
enum OwnFiles {
    /// - Throws: ``ParleyError/Code/conflict`` when the path is the database or one of the files beside it, whatever name
    ///   leads there.
    static func refuse(_ path: String, database: String) throws {
        let own = RealPath.of(database)
        guard SQLiteDatabase.companions.contains(where: { RealPath.of(path) == own + $0 }) else { return }
        throw ParleyError(.conflict, "\(path) belongs to the database in use. Choose another name.")
    }
}
