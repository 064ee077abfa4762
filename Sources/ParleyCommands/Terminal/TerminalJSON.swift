import Parley

/// JSON that a terminal may be shown: what is dangerous in its strings is escaped, which changes no value.
enum TerminalJSON {
    static func text(_ value: JSON) -> String {
        var text = ""
        for scalar in value.text.unicodeScalars {
            guard scalar.value == 0x7F || SafeText.isDangerous(scalar) else {
                text.unicodeScalars.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return text
    }
}
