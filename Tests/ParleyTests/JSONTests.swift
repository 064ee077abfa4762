import Parley
import Testing

/// JSON comes out as it went in.
struct JSONTests {
    @Test(arguments: [
        "null", "true", "[]", "{}", #"{"a":1.50,"b":[1e400,-0.0],"a":2}"#, #""\"\\\n\u0001你好😀""#,
        "12345678901234567890123456789",
    ])
    func whatIsReadIsWrittenUnchanged(_ text: String) throws {
        #expect(try JSON(parsing: text).text == text)
    }

    @Test func escapesAreResolvedAndLoneSurrogatesReplaced() throws {
        #expect(try JSON(parsing: #""\u4f60\ud83d\ude00\/\b\ud83dx""#) == .string("你😀/\u{8}\u{FFFD}x"))
    }

    @Test func theCanonicalFormSortsMembersAndKeepsTheLastOfEqualNames() throws {
        let json = try JSON(parsing: #"{"b":{"z":1,"y":2},"a":1,"b":{"y":3,"x":[{"d":1,"c":2}]}}"#)
        #expect(String(decoding: json.canonical, as: UTF8.self) == #"{"a":1,"b":{"x":[{"c":2,"d":1}],"y":3}}"#)
    }

    @Test(arguments: [
        "", "{", "[1,]", #"{"a"}"#, #"{"a":1,}"#, "01", "1.", "+1", "nul", #""a"#, "\"\n\"", #""\x""#, #""\u12g4""#,
        "1 2",
        "[1}", "-", "1e", "{\"a\":1}x",
    ])
    func whatIsNotJSONIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(throws: JSONError.self) { try JSONSlices(Array("{\"x\":\(text)}".utf8)).value(of: "x") }
    }

    @Test func depthIsLimited() throws {
        let limit = JSON.depthLimit
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON(parsing: nested(limit))
        #expect(throws: JSONError.tooDeep) { try JSON(parsing: nested(limit + 1)) }
        #expect(throws: JSONError.tooDeep) { try JSON(parsing: nested(1_000_000)) }
        #expect(throws: JSONError.tooDeep) { try JSONSlices(Array("{\"a\":\(nested(1_000_000))}".utf8)) }
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xE9, 0x22]) }
    }

    @Test func anyTruncationOfAValidTextIsRefusedWithoutATrap() {
        let text = Array(#"{"a":[1,{"b":"x\u00e9\n"},null,true,-1.5e3],"c":"你"}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(text.prefix(length))) }
            #expect(throws: JSONError.self) { try JSONSlices(Array(text.prefix(length))) }
        }
    }

    @Test func slicesFindMembersAndTakeNullAsAbsent() throws {
        let slices = try JSONSlices(Array(#" { "a" : null , "b" : [1, 2] , "model":"m" , "model":"n" } "#.utf8))
        #expect(slices.range(of: "a") == nil)
        #expect(try slices.value(of: "b") == [1, 2])
        #expect(try slices.value(of: "model") == "n")
        #expect(slices.all.count == 4)
    }

    @Test func integersAreReadOnlyWhenTheyFit() throws {
        #expect(try JSON(parsing: "1e3").int == 1000)
        #expect(try JSON(parsing: "1.0").int == 1)
        #expect(try JSON(parsing: "1.5").int == nil)
        #expect(try JSON(parsing: "9223372036854775808").int == nil)
        #expect(try JSON(parsing: "1e400").int == nil)
    }
}
