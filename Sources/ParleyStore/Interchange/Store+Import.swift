package import Parley

extension Store: InterchangeStore {
    package func beginImport(_ options: ImportOptions, of owner: User.ID) throws -> any RecordImport {
        let hasher = try hasher(of: owner)
        guard !options.isDryRun else { return StoreImport(of: owner, options, database, hasher) {} }
        guard importing.enter(owner) else {
            throw ParleyError(.conflict, "Another import of yours is running. Wait until it has ended.")
        }
        return StoreImport(of: owner, options, database, hasher) { [importing] in
            importing.leave(owner)
        }
    }
}
