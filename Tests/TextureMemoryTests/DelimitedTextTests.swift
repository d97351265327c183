import Testing

@testable import TextureMemory

@Suite("Tables in text")
struct DelimitedTextTests {
    func read(_ text: String) throws -> DelimitedText {
        try DelimitedText(Array(text.utf8), file: "t.csv")
    }

    @Test("fields in quotes hold commas, quotes and line ends")
    func quotes() throws {
        let table = try read("a,b\r\n\"1,5\",\"say \"\"x\"\"\"\r\n\"two\nlines\",\n")
        #expect(table.header == ["a", "b"])
        #expect(table.rows.map(\.fields) == [["1,5", "say \"x\""], ["two\nlines", ""]])
        #expect(table.rows.map(\.line) == [2, 3])
    }

    @Test("a byte order mark, empty lines and a missing last line end change nothing")
    func tolerated() throws {
        let table = try DelimitedText(
            [0xEF, 0xBB, 0xBF] + Array("a,b\n\n1,2\r\n\r\n3,4".utf8), file: "t.csv")
        #expect(table.header == ["a", "b"])
        #expect(table.rows.map(\.fields) == [["1", "2"], ["3", "4"]])
    }

    @Test(
        "what is wrong is told with its line",
        arguments: [
            ("", 1, "empty"), ("a,a\n", 1, "twice"), ("a,b\n1\n", 2, "1 fields"),
            ("a,b\n1,2\n\"open,3\n4\n", 3, "never closed"), ("a,b\nx\"y,2\n", 2, "quote"),
            ("a,b\n\"x\"y,2\n", 2, "closing quote"),
        ])
    func problems(text: String, line: Int, words: String) throws {
        do {
            _ = try read(text)
            Issue.record("no error for \(text)")
        } catch let error as MemoryError {
            guard case .badTable("t.csv", line, let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.contains(words))
        }
    }

    @Test("bytes that are no UTF-8 are refused")
    func encoding() {
        #expect(throws: MemoryError.self) {
            try DelimitedText(Array("a\n".utf8) + [0xFF, 0xFE], file: "t.csv")
        }
    }

    @Test("a quoted copy of any fields reads as they were")
    func roundTrip() throws {
        let fields = ["", "a", "a,b", "\"", "\"\"", "x\ny", "ä\r\nö", ",", " s "]
        let line = fields.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }
            .joined(separator: ",")
        let header = fields.indices.map(String.init).joined(separator: ",")
        #expect(try read(header + "\n" + line + "\n").rows.map(\.fields) == [fields])
    }
}
