import Testing

@testable import ParleyCommands

@Suite struct DotEnvTests {
    @Test(arguments: [
        ("A=b", "b"), ("A = b ", "b"), ("export A=b", "b"), ("  A=b", "b"), ("A=", ""), ("A='b c'", "b c"),
        ("A=\"b c\"", "b c"), ("A=b # comment", "b"), ("A=b#c", "b#c"), ("A='b # c' # d", "b # c"),
        ("A=\"b\\nc\"", "b\nc"), ("A='b\\nc'", "b\\nc"), ("A='it\\'s'", "it's"), ("A=\"b\nc\"", "b\nc"),
        ("'A'=b", "b"), ("A=b\r\nB=c", "b"), ("A=中文", "中文"), ("A=b=c", "b=c"), ("\u{FEFF}A=b", "b"),
        ("A=x\nA=y", "y"), ("# A=x\nA=y", "y"), ("A='unfinished\nB=c", nil),
    ])
    func readsAsPythonDotenvDoes(text: String, value: String?) {
        #expect(DotEnv(text).values["A"] == value)
    }

    @Test func aBadLineDoesNotHideTheNext() {
        #expect(DotEnv("A='x\nB=c").values == ["B": "c"])
        #expect(DotEnv("what is this\nB=c").values == ["B": "c"])
    }

    @Test func aNameWithoutValueIsNotSet() {
        #expect(DotEnv("A\nB=c").values == ["B": "c"])
    }

    @Test func expandsItsOwnValuesOnly() {
        #expect(DotEnv("HOST=h\nA=http://${HOST}/${NONE:-v1}").values["A"] == "http://h/v1")
        #expect(DotEnv("A=x${PATH}y").values["A"] == "xy")
    }
}
