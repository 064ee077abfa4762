import CZip
package import Parley

/// A ZIP archive, opened for reading.
///
/// Nothing of it is ever written to a disk, and the names in it are names of entries and no paths. What would unpack to
/// far more than it is gets refused while it is read. Belongs to one task.
@safe
package final class ZIPArchive {
    private let handle: OpaquePointer
    /// What errors call it.
    private let name: String
    package let entries: [ZIPEntry]
    private let limits: ZIPLimits

    /// - Throws: ``ParleyError/Code/invalidValue`` when it is damaged or has too many entries.
    package init(path: String, name: String, limits: ZIPLimits = ZIPLimits()) throws {
        var code: Int32 = 0
        guard let handle = unsafe zip_open(path, ZIP_RDONLY, &code) else { throw Self.damaged(name, code) }
        do {
            entries = unsafe try Self.entries(of: handle, name, limits)
        } catch {
            unsafe zip_discard(handle)
            throw error
        }
        unsafe self.handle = handle
        self.name = name
        self.limits = limits
    }

    deinit { unsafe zip_discard(handle) }

    /// The bytes of an entry, unpacked as they are taken.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` when it is encrypted or packed in a way that is not known.
    package func open(_ entry: ZIPEntry) throws -> any ByteSource {
        guard !entry.isEncrypted else {
            throw ParleyError(.invalidValue, "\(name) is encrypted. Unpack it with its password and import the folder.")
        }
        guard let file = unsafe zip_fopen_index(handle, entry.index, 0) else {
            throw ParleyError(.invalidValue, "\(name): \(entry.name) cannot be unpacked. Download the archive again.")
        }
        return unsafe ZIPStream(file, of: self, entry: entry, archive: name, limits: limits)
    }

    private static func entries(of handle: OpaquePointer, _ name: String, _ limits: ZIPLimits) throws -> [ZIPEntry] {
        let count = unsafe zip_get_num_entries(handle, 0)
        guard count <= limits.entries else {
            throw ParleyError(.invalidValue, "\(name) has more than \(limits.entries) entries and is not read.")
        }
        return (0..<UInt64(max(count, 0))).compactMap { index in
            var facts = unsafe zip_stat_t()
            guard unsafe zip_stat_index(handle, index, 0, &facts) == 0, let text = unsafe facts.name else { return nil }
            return unsafe ZIPEntry(
                index: index,
                name: String(cString: text),
                size: facts.size,
                packedSize: facts.comp_size,
                isEncrypted: facts.encryption_method != 0
            )
        }
    }

    private static func damaged(_ name: String, _ code: Int32) -> ParleyError {
        ParleyError(
            .invalidValue,
            "\(name) is not a readable ZIP archive; it may be truncated. Download it again.",
            cause: ZIPFailure(code: code)
        )
    }
}

/// What the library said, for the log.
struct ZIPFailure: Error {
    let code: Int32
}
