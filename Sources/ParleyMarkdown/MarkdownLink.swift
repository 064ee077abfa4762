/// Which addresses a text may link to.
enum MarkdownLink {
    private static let schemes = ["http://", "https://", "mailto:"]

    static func isAllowed(_ url: String) -> Bool {
        let start = url.prefix(8).lowercased()
        return schemes.contains { start.hasPrefix($0) }
            && !url.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7F }
    }

    /// What stands for an image: where it is, without what could have been put behind a question mark.
    static func words(forImage url: String) -> String {
        guard isAllowed(url), let start = url.firstRange(of: "//") ?? url.firstRange(of: ":") else { return "image" }
        let place = url[start.upperBound...].prefix { $0 != "?" && $0 != "#" }
        return "image: \(place.count > 80 ? place.prefix(79) + "…" : place)"
    }
}
