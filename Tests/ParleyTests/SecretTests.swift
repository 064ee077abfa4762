import Parley
import Testing

struct SecretTests {
    @Test func aSecretMatchesItselfAlone() {
        let secret = Secret("abc")
        #expect(secret.matches("abc"))
        for other in ["", "ab", "abd", "abca", "abcabc", "ABC"] { #expect(!secret.matches(other)) }
        #expect(Secret("").matches(""))
        #expect(!Secret("").matches("\0"))
    }
}
