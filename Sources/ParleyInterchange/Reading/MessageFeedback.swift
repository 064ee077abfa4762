package import Parley

/// The file beside ChatGPT's conversations that says which answers were liked.
package enum MessageFeedback {
    package static let fileName = "message_feedback.json"

    private static let limit = 1 << 20

    /// 1 or -1 by the id of the message, as far as the file can be read.
    package static func ratings(in source: any ByteSource) -> [String: Int] {
        var ratings: [String: Int] = [:]
        var elements = JSONElements(source, limit: limit)
        while (try? elements.advance()) == true {
            guard let json = try? elements.json(), let rating = rating(json["rating"]?.string) else { continue }
            for id in [json["message_id"]?.string, json["id"]?.string].compactMap(\.self) { ratings[id] = rating }
        }
        return ratings
    }

    /// It is written `thumbsUp` and `thumbs_up`.
    private static func rating(_ text: String?) -> Int? {
        switch text?.lowercased().replacing("_", with: "") {
        case "thumbsup": 1
        case "thumbsdown": -1
        default: nil
        }
    }
}
