import Foundation
import ParleyStore

/// A text that is looked for in the files themselves.
struct Canary: Sendable {
    let text = "canary\(UUID().uuidString.lowercased().replacing("-", with: ""))"

    /// The files of a store that contain the text.
    func files(of store: TemporaryStore) throws -> [String] {
        let bytes = Data(text.utf8)
        let names = try FileManager.default.contentsOfDirectory(atPath: store.directory.path)
        return try names.filter { name in
            try Data(contentsOf: store.directory.appending(path: name)).range(of: bytes) != nil
        }.sorted()
    }
}
