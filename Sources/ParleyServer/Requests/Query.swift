package import Hummingbird
import Parley

/// The query string of a URL, as OpenAI's SDKs write it: `include[]=a&include[]=b`, `metadata[k]=v`, `+` for a space.
package struct Query: Sendable {
    package private(set) var pairs: [(name: String, value: String)] = []

    package init(_ text: String) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs.append((Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : ""))
        }
    }

    package init(_ request: Request) {
        self.init(request.uri.query ?? "")
    }

    /// The value of the last parameter called so; empty counts as absent.
    package subscript(name: String) -> String? {
        pairs.last { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// Every value of a list, written `name[]=`, `name=` or `name[0]=`.
    package func list(_ name: String) -> [String] {
        pairs.filter { $0.name == name || $0.name.hasPrefix("\(name)[") }.map(\.value)
    }

    /// The pairs of a map, written `name[key]=value`.
    package func map(_ name: String) -> [String: String] {
        var map: [String: String] = [:]
        for pair in pairs where pair.name.hasPrefix("\(name)[") && pair.name.hasSuffix("]") {
            map[String(pair.name.dropFirst(name.count + 1).dropLast())] = pair.value
        }
        return map
    }

    /// A whole number.
    ///
    /// - Throws: ``ParleyError/Code/invalidType``, or the codes for what is out of range.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text) else {
            throw ParleyError(.invalidType, "'\(name)' must be a whole number.", parameter: name)
        }
        guard value >= range.lowerBound else {
            throw ParleyError(.belowMinimum, "'\(name)' must be at least \(range.lowerBound).", parameter: name)
        }
        guard value <= range.upperBound else {
            throw ParleyError(.aboveMaximum, "'\(name)' must be at most \(range.upperBound).", parameter: name)
        }
        return value
    }

    /// `true` or `false`.
    package func flag(_ name: String) throws -> Bool? {
        guard let text = self[name] else { return nil }
        guard let value = Bool(text) else {
            throw ParleyError(.invalidType, "'\(name)' must be true or false.", parameter: name)
        }
        return value
    }

    private static func decoded(_ text: Substring) -> String {
        PercentCoding.decode(text.utf8, plusIsSpace: true) ?? String(text)
    }
}
