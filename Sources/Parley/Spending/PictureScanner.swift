/// Finds the pictures inside the JSON that goes to an upstream, whose bytes are no tokens.
///
/// Only what an upstream takes for a picture is one: a string that begins with `data:image/…;base64,` and is the value of
/// `url` or `image_url`. The same in a text is text, and counts.
struct PictureScanner {
    private let body: [UInt8]
    private var index = 0
    /// The last string, as long as nothing but a colon has followed it.
    private var name: Range<Int>?
    private var text: [UInt8] = []
    private var pictures: Int64 = 0
    /// The parts that were counted by their name and of which no address has come yet.
    private var open: Int64 = 0

    private init(_ body: [UInt8]) {
        self.body = body
        text.reserveCapacity(body.count)
    }

    /// The body without the base64 of its pictures, and how many pictures it has at most.
    ///
    /// Each part with a picture has a member `image_url`; an address elsewhere counts too, and so does a name that hides
    /// its letters. Reads every byte once.
    static func withoutPictures(_ body: [UInt8]) -> (text: [UInt8], pictures: Int64) {
        var scanner = Self(body)
        while scanner.index < body.count { scanner.readNext() }
        return (scanner.text, scanner.pictures)
    }

    private mutating func readNext() {
        let byte = body[index]
        guard byte == UInt8(ascii: "\"") else {
            if !Self.mayFollowName(byte) { name = nil }
            text.append(byte)
            index += 1
            return
        }
        let content = (index + 1)..<endOfString(from: index + 1)
        let skipped = isAddress ? picture(in: content) : nil
        let end = min(content.upperBound + 1, body.count)
        count(content, end, isAddress: skipped != nil)
        text += body[index..<(skipped?.lowerBound ?? end)]
        if let skipped { text += body[skipped.upperBound..<end] }
        name = content
        index = end
    }

    private mutating func count(_ content: Range<Int>, _ end: Int, isAddress: Bool) {
        if isAddress {
            if open > 0 { open -= 1 } else { pictures += 1 }
        } else if isName(upTo: end), isOfPicture(body[content]) {
            pictures += 1
            open += 1
        }
    }

    private func isOfPicture(_ name: ArraySlice<UInt8>) -> Bool {
        name.elementsEqual("image_url".utf8) || name.contains(UInt8(ascii: "\\"))
    }

    /// Whether a string that ends there is the name of a member.
    private func isName(upTo end: Int) -> Bool {
        let next = body[end...].first { $0 == UInt8(ascii: ":") || !Self.mayFollowName($0) }
        return next == UInt8(ascii: ":")
    }

    private static func mayFollowName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
        default: false
        }
    }

    /// Whether the string that comes is what a picture's address stands under.
    private var isAddress: Bool {
        guard let name else { return false }
        return body[name].elementsEqual("url".utf8) || body[name].elementsEqual("image_url".utf8)
    }

    /// Where the quote is that ends a string.
    private func endOfString(from start: Int) -> Int {
        var end = start
        while end < body.count, body[end] != UInt8(ascii: "\"") { end += body[end] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(end, body.count)
    }
}

extension PictureScanner {
    /// The base64 of a string that is a picture.
    private func picture(in content: Range<Int>) -> Range<Int>? {
        guard let kind = after("data:image", content.lowerBound),
            let subtype = after("/", kind) ?? after("\\/", kind),
            let end = body[subtype..<content.upperBound].firstIndex(where: { !Self.isOfName($0) }),
            let start = after(";base64,", end)
        else { return nil }
        return start..<endOfBase64(in: start..<content.upperBound)
    }

    /// Where `word` ends, when it stands at `start`.
    private func after(_ word: String, _ start: Int) -> Int? {
        body[start...].starts(with: word.utf8) ? start + word.utf8.count : nil
    }

    private func endOfBase64(in range: Range<Int>) -> Int {
        var end = range.lowerBound
        while end < range.upperBound {
            if Self.isBase64(body[end]) {
                end += 1
            } else if after("\\/", end) != nil {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    /// Whether a byte may be in the name of a kind of picture, as in `svg+xml`.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
