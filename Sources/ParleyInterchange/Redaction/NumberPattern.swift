/// Numbers that belong to a person: phones, cards, Chinese id numbers.
enum NumberPattern {
    /// Digits with single blanks or dashes between groups of them.
    private struct Run {
        var digits: [UInt8] = []
        /// How many digits each group has.
        var groups: [Int] = []
        /// Behind each group.
        var ends: [Int] = []
    }

    /// What begins here.
    static func match(_ bytes: [UInt8], at index: Int) -> PersonalFind? {
        let isPlus = bytes[index] == UInt8(ascii: "+")
        if let before = bytes.at(index - 1), before.isWord || isPlus && before == UInt8(ascii: ")") { return nil }
        // The end of a decimal, a version or a larger grouped number.
        if let before = bytes.at(index - 1),
            before == UInt8(ascii: ".") || before == UInt8(ascii: "-") || before == UInt8(ascii: ","),
            bytes.at(index - 2)?.isWord == true
        {
            return nil
        }
        return isPlus ? international(bytes, at: index) : national(bytes, at: index)
    }

    private static func international(_ bytes: [UInt8], at index: Int) -> PersonalFind? {
        var count = 0
        var end = index + 1
        var position = index + 1
        guard let first = bytes.at(position), first.isDigit, first != UInt8(ascii: "0") else { return nil }
        while let byte = bytes.at(position) {
            if byte.isDigit {
                count += 1
                position += 1
                end = position
            } else if " -.()".utf8.contains(byte), position - end < 2 {
                position += 1
            } else {
                break
            }
        }
        guard (9...15).contains(count), isEnd(bytes, end) else { return nil }
        return PersonalFind(kind: .phone, range: index..<end)
    }

    private static func national(_ bytes: [UInt8], at index: Int) -> PersonalFind? {
        let run = run(bytes, from: index)
        if run.groups.first == 17, bytes.at(run.ends[0]).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            let digits = Array(run.digits.prefix(17)) + [10]
            let end = run.ends[0] + 1
            return isEnd(bytes, end) && isIdentity(digits) ? PersonalFind(kind: .identity, range: index..<end) : nil
        }
        // The longest number counts, then the first groups of it.
        var count = run.digits.count
        for group in run.groups.indices.reversed() {
            let end = run.ends[group]
            if isEnd(bytes, end), let kind = kind(Array(run.digits.prefix(count)), Array(run.groups[...group])) {
                return PersonalFind(kind: kind, range: index..<end)
            }
            count -= run.groups[group]
        }
        return nil
    }

    private static func run(_ bytes: [UInt8], from start: Int) -> Run {
        var run = Run()
        var position = start
        while let byte = bytes.at(position), byte.isDigit {
            let end = bytes[position...].firstIndex { !$0.isDigit } ?? bytes.count
            run.groups.append(end - position)
            run.digits += bytes[position..<end].prefix(24).map { $0 &- UInt8(ascii: "0") }
            run.ends.append(end)
            guard let next = bytes.at(end), next == UInt8(ascii: " ") || next == UInt8(ascii: "-"),
                run.digits.count < 20
            else { break }
            position = end + 1
        }
        return run
    }

    /// Whether a number ends there, and does not go on as a word, a decimal or a name with dashes.
    private static func isEnd(_ bytes: [UInt8], _ end: Int) -> Bool {
        guard let next = bytes.at(end) else { return true }
        if next.isWord { return false }
        let joins = next == UInt8(ascii: ".") || next == UInt8(ascii: "-") || next == UInt8(ascii: ",")
        return !(joins && bytes.at(end + 1)?.isWord == true)
    }

    private static func kind(_ digits: [UInt8], _ groups: [Int]) -> PersonalFind.Kind? {
        if digits.count == 18, groups.count == 1, isIdentity(digits) { return .identity }
        if isMobile(digits, groups) { return .phone }
        return isCard(digits, groups) ? .card : nil
    }

    /// A Chinese mobile number, as 3-4-4 or in one piece, with or without the country in front.
    private static func isMobile(_ digits: [UInt8], _ groups: [Int]) -> Bool {
        var (digits, groups) = (digits[...], groups[...])
        if digits.starts(with: [0, 0, 8, 6]) || digits.starts(with: [8, 6]) {
            let country = digits.first == 0 ? 4 : 2
            guard digits.count == country + 11, let first = groups.first else { return false }
            digits = digits.dropFirst(country)
            groups = first == country ? groups.dropFirst() : [first - country] + groups.dropFirst()
        }
        guard digits.count == 11, digits.first == 1, (3...9).contains(digits[digits.startIndex + 1]) else {
            return false
        }
        return Array(groups) == [11] || Array(groups) == [3, 4, 4]
    }
}

extension NumberPattern {
    /// The number of a card: the beginning and length of an issuer, and the right check digit.
    private static func isCard(_ digits: [UInt8], _ groups: [Int]) -> Bool {
        let isGrouped =
            groups.count == 1 || groups.dropLast().allSatisfy { $0 == 4 } || groups == [4, 6, 5] || groups == [4, 6, 4]
        guard isGrouped, (13...19).contains(digits.count) else { return false }
        let start = digits.prefix(4).reduce(0) { $0 * 10 + Int($1) }
        let fits =
            switch (digits.count, start) {
            case (13, 4000...4999), (16, 4000...4999), (19, 4000...4999): true
            case (16, 5100...5599), (16, 2221...2720): true
            case (15, 3400...3499), (15, 3700...3799): true
            case (16...19, 6200...6299), (16...19, 8100...8199): true
            case (16, 6011), (16, 6440...6599), (16, 3528...3589): true
            case (14, 3000...3059), (14, 3600...3699), (14, 3800...3899): true
            default: false
            }
        return fits && hasLuhnDigit(digits)
    }

    private static func hasLuhnDigit(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (offset, digit) in digits.reversed().enumerated() {
            let value = offset.isMultiple(of: 2) ? Int(digit) : Int(digit) * 2
            sum += value > 9 ? value - 9 : value
        }
        return sum.isMultiple(of: 10)
    }

    /// GB 11643-1999: a region, a date of birth, and a check digit by ISO 7064, of which 10 is written X.
    private static func isIdentity(_ digits: [UInt8]) -> Bool {
        guard digits.count == 18, (1...8).contains(digits[0]) else { return false }
        let number = { (range: Range<Int>) in digits[range].reduce(0) { $0 * 10 + Int($1) } }
        guard (1900...2099).contains(number(6..<10)), (1...12).contains(number(10..<12)),
            (1...31).contains(number(12..<14))
        else { return false }
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0) * $1.1 }
        return Int(digits[17]) == (12 - sum % 11) % 11
    }
}
