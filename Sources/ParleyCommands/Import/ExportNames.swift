import ParleyInterchange

/// Chooses the files of a folder or an archive that hold conversations.
///
/// Where there are files as ChatGPT and Claude name theirs, the others beside them hold data about a person and are left
/// alone, but for those that are told to be left out; else everything is looked at.
struct ExportNames {
    var names: Set<String>
    /// Whether it is such an export.
    var isExport: Bool

    static func chosen(from names: [String], otherwise isCandidate: (String) -> Bool) -> ExportNames {
        let last = { (name: String) in name.split(separator: "/").last.map(String.init) ?? "" }
        let shards = names.filter { ExportManifest.isShard(last($0)) }
        guard shards.isEmpty else {
            let others = names.filter { ExportManifest.isOne(last($0)) || ExportManifest.isBeside($0) }
            return ExportNames(names: Set(shards + others), isExport: true)
        }
        return ExportNames(names: Set(names.filter(isCandidate)), isExport: false)
    }
}
