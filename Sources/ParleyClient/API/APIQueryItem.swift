import Foundation

/// One pair of an address's query.
package struct APIQueryItem: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: some CustomStringConvertible) {
        self.name = name
        self.value = value.description
    }

    /// The query with its question mark, or nothing.
    static func text(_ items: [APIQueryItem]) -> String {
        guard !items.isEmpty else { return "" }
        return "?" + items.map { escaped($0.name) + "=" + escaped($0.value) }.joined(separator: "&")
    }

    /// A text as one component of a path or query (RFC 3986, unreserved characters stay).
    static func escaped(_ text: String) -> String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        )
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }
}
