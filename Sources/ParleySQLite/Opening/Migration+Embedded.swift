import ParleyAssets

extension Migration {
    /// The schema's history as it is linked into the executable, `Migrations/sqlite/NNNN_what.sql` in order.
    package static let embedded: [Migration] = Asset.all.compactMap { asset in
        let prefix = "Migrations/sqlite/"
        guard asset.path.hasPrefix(prefix), asset.path.hasSuffix(".sql"), let sql = asset.text else { return nil }
        let name = asset.path.dropFirst(prefix.count).dropLast(4)
        guard let number = Int(name.prefix(4)), name.dropFirst(4).first == "_" else { return nil }
        return Migration(number: number, name: String(name.dropFirst(5)), sql: sql)
    }
}
