import Parley
import ParleyAssets

extension Migration {
    /// The schema's history as it is linked into the executable, `Migrations/sqlite/NNNN_what.sql` in order.
    package static func embedded() throws -> [Migration] {
        let folder = "Migrations/sqlite/"
        return try Asset.all.filter { $0.path.hasPrefix(folder) }.map { asset in
            let name = asset.path.dropFirst(folder.count)
            guard let number = Int(name.prefix(4)), name.dropFirst(4).first == "_", name.hasSuffix(".sql"),
                let sql = asset.text
            else { throw ParleyError(.internalError, "The migration \(asset.path) in this binary cannot be read.") }
            return Migration(number: number, name: String(name.dropFirst(5).dropLast(4)), sql: sql)
        }
    }
}
