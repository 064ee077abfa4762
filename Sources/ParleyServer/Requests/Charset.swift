import Foundation
import Hummingbird
import Parley

/// How the text of a body is written as bytes.
enum Charset {
    /// Nobody said; UTF-8 is likely.
    case unnamed
    case utf8
    case latin1
    /// GB 18030, of which GBK and GB 2312 are parts.
    case chinese

    /// Reads the `charset` of a content type.
    init(contentType: String?) throws {
        let parameters = (contentType ?? "").split(separator: ";").dropFirst()
        let named = parameters.lazy.map { $0.split(separator: "=", maxSplits: 1) }.first {
            $0.count == 2 && $0[0].trimmingCharacters(in: .whitespaces).lowercased() == "charset"
        }
        let trimmed = CharacterSet(charactersIn: " \t\"'")
        guard let name = named?[1].trimmingCharacters(in: trimmed).lowercased() else {
            self = .unnamed
            return
        }
        switch name {
        case "utf-8", "utf8", "us-ascii", "ascii": self = .utf8
        case "iso-8859-1", "latin1", "iso8859-1": self = .latin1
        case "gbk", "gb2312", "gb18030": self = .chinese
        default:
            throw ParleyError(
                .invalidValue,
                "The charset of the body is not one of utf-8, iso-8859-1, gbk, gb18030.",
                parameter: "Content-Type"
            )
        }
    }

    /// The bytes as UTF-8, whatever they were.
    func utf8(_ bytes: [UInt8]) throws -> [UInt8] {
        switch self {
        case .unnamed: return Self.isUTF8(bytes) ? bytes : Self.utf8(latin1: bytes)
        case .utf8:
            guard Self.isUTF8(bytes) else { throw ParleyError(.invalidRequest, "The body is not UTF-8 as it says.") }
            return bytes
        case .latin1: return Self.utf8(latin1: bytes)
        case .chinese:
            guard let text = String(bytes: bytes, encoding: Self.gb18030) else {
                throw ParleyError(.invalidRequest, "The body is not valid text in the charset it names.")
            }
            return Array(text.utf8)
        }
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool {
        (try? UTF8Span(validating: bytes.span)) != nil
    }

    /// ISO-8859-1 gives every byte a character, so this cannot fail.
    static func utf8(latin1 bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte < 0x80 {
                result.append(byte)
            } else {
                result.append(0xC0 | byte >> 6)
                result.append(0x80 | byte & 0x3F)
            }
        }
        return result
    }

    /// `kCFStringEncodingGB_18030_2000` as Foundation spells it.
    private static let gb18030 = String.Encoding(rawValue: 0x8000_0632)
}
