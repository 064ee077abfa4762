/// What the file of one conversation is called: its title, as far as it can be a name, and its id.
package enum ExportName {
    private static let mostCharacters = 60

    /// Letters and digits of the Latin alphabet and Chinese characters stay; a run of anything else becomes a dash.
    package static func of(title: String, id: String, fileExtension: String) -> String {
        let digits = id.split(separator: "_").last.map(String.init) ?? id
        let slug = slug(title)
        return slug.isEmpty ? "\(digits).\(fileExtension)" : "\(slug)-\(digits.prefix(12)).\(fileExtension)"
    }

    private static func slug(_ title: String) -> String {
        var slug = String.UnicodeScalarView()
        for scalar in title.unicodeScalars {
            if isPlain(scalar) {
                slug.append(scalar)
            } else if let last = slug.last, last != "-" {
                slug.append("-")
            }
            if slug.count == mostCharacters { break }
        }
        if slug.last == "-" { slug.removeLast() }
        return String(slug)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9", "_", "\u{4E00}"..."\u{9FFF}": true
        default: false
        }
    }
}
