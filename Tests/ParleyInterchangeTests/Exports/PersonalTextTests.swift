import ParleyInterchange
import Testing

/// What is taken out of a text, and above all what is not.
struct PersonalTextTests {
    @Test(arguments: [
        ("key sk-proj-abcDEF0123456789abcdef_-x.", "key [key]."),
        ("OPENAI_API_KEY=sk-abcdefghij0123456789", "OPENAI_API_KEY=[key]"),
        ("prl_abcdef0123456789_secretpart", "[key]"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345!", "[key]!"),
        ("AKIAIOSFODNN7EXAMPLE", "[key]"),
        ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc123", "Authorization: Bearer [key]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest", "[key]\nrest"),
        ("write to anna.b+x@mail.example.com.", "write to [e-mail]."), ("<a@b.cn>", "<[e-mail]>"),
        ("邮箱zhang@example.com。", "邮箱[e-mail]。"),
        ("call +1 (415) 555-2671 now", "call [phone] now"), ("+442071838750", "[phone]"),
        ("手机13812345678，", "手机[phone]，"), ("138-1234-5678", "[phone]"), ("+86 138 1234 5678", "[phone]"),
        ("8613812345678", "[phone]"), ("4111 1111 1111 1111", "[card]"), ("4111111111111111", "[card]"),
        ("378282246310005", "[card]"), ("3782-822463-10005", "[card]"), ("6222021234567890128", "[card]"),
        ("身份证11010519491231002X", "身份证[id number]"), ("110101199003070012 a@b.co", "110101199003070012 [e-mail]"),
    ])
    func whatShouldNotBePassedOnGoes(_ text: String, _ expected: String) {
        #expect(PersonalText.redacted(text) == expected)
    }

    @Test(arguments: [
        "2025-01-31T12:00:00Z", "2025-01-31 12:00:00+0800", "20250131120000", "1764209522000", "1764209522",
        "550e8400-e29b-41d4-a716-446655440000", "5555555555554445", "4111111111111112", "version 1.2.3-4567890123456",
        "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678", "x = +12345678", "let n = 13812345678.5", "0x13812345678",
        "1,234,567,890,123", "v13812345678", "id_13812345678", "12345678901234567890123456789012345678",
        "@decorator", "npm i @scope/package", "git@github.com:a/b.git", "icon@2x.png", "user@localhost", "a@b",
        "sk-learn", "sk-this-is-only-a-long-name-with-dashes", "task-1234567890123456", "Bearer of good news and gifts",
        "ISBN 978-3-16-148410-0", "3.14159265358979", "192.168.100.100:8080", "UTC+8", "1e+10", "110105194912310021",
        "AKIA", "", "你好，今天是2025年1月31日。", "12-12-2012 4444-5555", "x+441234567890y",
    ])
    func whatIsNothingOfTheKindStays(_ text: String) {
        #expect(PersonalText.redacted(text) == text)
    }
}
