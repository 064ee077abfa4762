internal import CParleyAssets

/// A read-only file linked into the executable.
///
/// Its bytes are mapped with the executable: a page that nobody reads is never loaded. They are constant for the whole
/// life of the process, which is why a value that points to them may cross threads.
@safe package struct Asset: @unchecked Sendable {
    /// The name of the file: a migration's path in the repository, else a short path such as `models.json`.
    package let path: String

    /// The content, aligned to 64 bytes and valid for ever.
    package let unsafeBytes: UnsafeRawBufferPointer

    /// Every embedded file, sorted by path.
    package static let all: [Asset] = {
        var count = 0
        let first = unsafe parley_assets(&count)
        return unsafe UnsafeBufferPointer(start: first, count: count).map { file in
            unsafe Asset(
                path: String(cString: file.path),
                unsafeBytes: UnsafeRawBufferPointer(start: file.bytes, count: file.count)
            )
        }
    }()

    /// The file of that path, or nil when none is embedded.
    package static func named(_ path: String) -> Asset? {
        all.first { $0.path == path }
    }

    /// The content as text, or nil when it is not valid UTF-8.
    package var text: String? {
        unsafe String(validating: unsafeBytes, as: UTF8.self)
    }

    /// Calls `body` with the content, without copying it.
    package func withBytes<Result, Failure>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
        try unsafe body(unsafeBytes.bytes)
    }
}
