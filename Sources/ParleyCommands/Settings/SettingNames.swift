import Parley

/// The names that `parley.yaml` may have.
struct SettingNames {
    /// What stands for any name that a person chooses.
    private static let chosen = "NAME"

    private let known = Setting.all.map(\.key)

    /// Refuses a name that is no setting's, for it would have no effect and nobody would know.
    ///
    /// - Throws: ``ParleyError/Code/configuration``, with the nearest name that is known.
    func check(_ names: [String], in file: String) throws {
        guard let unknown = names.sorted().first(where: { !isKnown($0) }) else { return }
        throw ParleyError(
            .configuration,
            "\(file): there is no setting '\(unknown)'. The nearest is '\(nearest(to: unknown))'; "
                + "`parley settings` lists them all."
        )
    }

    private func isKnown(_ name: String) -> Bool {
        known.contains { filled($0, like: name) == name }
    }

    /// The known name that takes the fewest changes to get to.
    func nearest(to name: String) -> String {
        let candidates = known.map { filled($0, like: name) }
        return candidates.min { distance($0, name) < distance($1, name) } ?? ""
    }

    /// A pattern such as `upstream.NAME.url` with the name that stands at that place in `name`.
    private func filled(_ pattern: String, like name: String) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let filled = pattern.split(separator: ".").enumerated().map { index, part in
            part == Self.chosen && index < parts.count && !parts[index].isEmpty ? parts[index] : part
        }
        return filled.joined(separator: ".")
    }

    /// How many characters must be put in, taken out or replaced.
    private func distance(_ one: String, _ other: String) -> Int {
        let other = Array(other.lowercased().utf8)
        var row = Array(0...other.count)
        for (line, byte) in one.lowercased().utf8.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, against) in other.enumerated() {
                let replaced = diagonal + (byte == against ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
