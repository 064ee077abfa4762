package import Parley

/// The JSON object of a request, and the bytes it was read from, as UTF-8.
package struct JSONBody: Sendable {
    package var object: JSON.Object
    package var bytes: [UInt8]

    /// A member, with `null` taken as absent.
    package subscript(name: String) -> JSON? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }
}
