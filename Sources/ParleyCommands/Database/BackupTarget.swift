import Foundation
import Parley
import ParleySQLite
import ParleyStore

/// The file into which a backup is written.
///
/// Under its name there is a whole backup that was opened and looked through, or nothing: until then it has another
/// name, and a process that is killed leaves that one only. Beside it stands its SHA-256, as `sha256sum -c` reads it.
struct BackupTarget {
    let path: String
    private var unfinished: String { path + ".unfinished" }

    /// What was written.
    struct Written: Sendable {
        var path: String
        var size: Int64
        var digest: String
        var schemaVersion: Int
    }

    /// - Throws: ``ParleyError/Code/conflict`` when there is such a file, unless it may be replaced.
    init(_ path: String, replaces: Bool) throws {
        self.path = UserFolder.path(path)
        guard !replaces, FileManager.default.fileExists(atPath: self.path) else { return }
        throw ParleyError(.conflict, "\(self.path) exists already. Choose another name, or add --force to replace it.")
    }

    /// Takes what `fill` hands over piece by piece, and gives it its name when it is sound.
    func write(newest: Int, _ fill: (([UInt8]) throws -> Void) async throws -> Void) async throws -> Written {
        do {
            let digest = try await receive(fill)
            let facts = try BackupFile.verify(unfinished, newest: newest)
            // Whoever is killed in between leaves a backup without a checksum, never one beside that of another.
            try FileManager.default.removeIfThere(Self.sidecar(of: path))
            try BackupFile.synchronize(directory)
            guard unsafe rename(unfinished, path) == 0 else { throw OutputFile.failure(path) }
            try note(digest)
            try BackupFile.synchronize(directory)
            return Written(path: path, size: facts.size, digest: digest, schemaVersion: facts.schemaVersion)
        } catch {
            _ = unsafe unlink(unfinished)
            throw error
        }
    }

    private func receive(_ fill: (([UInt8]) throws -> Void) async throws -> Void) async throws -> String {
        _ = unsafe unlink(unfinished)
        let descriptor = unsafe open(unfinished, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw OutputFile.failure(unfinished) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var digest = FileDigest()
        do {
            try await fill { bytes in
                digest.add(bytes)
                try file.write(contentsOf: bytes)
            }
            try file.synchronize()
            try file.close()
        } catch let error as ParleyError {
            throw error
        } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
            throw ParleyError(
                .storageFull,
                "There is no room for the backup at \(path). Choose another disk.",
                cause: error
            )
        }
        return digest.text
    }

    private func note(_ digest: String) throws {
        let name = (path as NSString).lastPathComponent
        let file = try OutputFile(Self.sidecar(of: path), .isReplaced)
        try file.write(Array("\(digest)  \(name)\n".utf8))
        try file.finish()
    }

    static func sidecar(of path: String) -> String { path + ".sha256" }

    private var directory: String {
        let directory = (path as NSString).deletingLastPathComponent
        return directory.isEmpty ? "." : directory
    }
}

extension FileManager {
    fileprivate func removeIfThere(_ path: String) throws {
        if fileExists(atPath: path) { try removeItem(atPath: path) }
    }
}
