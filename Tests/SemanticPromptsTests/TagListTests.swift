import Foundation
import Testing

@testable import SemanticPrompts

@Suite("Tags in all their forms")
struct TagListTests {
    @Test(
        "forms that services use",
        arguments: [
            (#""cat | sofa | living room""#, ["cat", "sofa", "living room"]),
            (#""cat, sofa, living room""#, ["cat", "sofa", "living room"]),
            (#""cat""#, ["cat"]), (#""cat\nsofa\n""#, ["cat", "sofa"]),
            (#""cat; sofa""#, ["cat", "sofa"]), (#"["cat", "sofa"]"#, ["cat", "sofa"]),
            (#"["cat | sofa"]"#, ["cat", "sofa"]), (#"[["cat"], ["sofa"]]"#, ["cat", "sofa"]),
            (#"[{"tag": "cat", "score": 0.9}, {"label": "sofa"}]"#, ["cat", "sofa"]),
            (#""| cat |  | Cat | CAT ""#, ["cat"]), (#""'cat'. | \"sofa\"""#, ["cat", "sofa"]),
            (#""rock, paper | fire, water""#, ["rock, paper", "fire, water"]),
        ])
    func forms(json: String, tags: [String]) throws {
        let value = try #require(JSONValue.parse(Data(json.utf8)))
        #expect(TagList.read(value) == tags)
    }

    @Test(
        "nothing is nothing, in every word for it",
        arguments: [
            "null", "[]", #""""#, #""None""#, #"["none", "null", "N/A", "---", " "]"#,
        ])
    func nothing(json: String) throws {
        let value = try #require(JSONValue.parse(Data(json.utf8)))
        #expect(TagList.read(value) == [])
    }

    @Test("other forms are refused", arguments: ["1", "true", "[1, 2]", #"{"cat": 0.9}"#])
    func refused(json: String) throws {
        let value = try #require(JSONValue.parse(Data(json.utf8)))
        #expect(TagList.read(value) == nil)
    }

    @Test("what would steer a terminal, sentences, and too many tags are left out")
    func hostile() throws {
        let long = String(repeating: "very ", count: 40)
        let tags = ["ca\u{1B}[31mt", "so\u{202E}fa\r\n", long] + (0..<500).map { "t\($0)" }
        let found = try #require(TagList.read(.array(tags.map { .string($0) })))
        #expect(found.prefix(3) == ["ca [31mt", "so fa", "t0"])
        #expect(found.count == TagList.limit)
    }

    @Test("places in an answer")
    func paths() throws {
        let json = try #require(
            JSONValue.parse(Data(#"{"outputs": [{"data": ["a"]}], "0": "zero"}"#.utf8)))
        #expect(AnswerPath("outputs.0.data.0")?.value(in: json) == .string("a"))
        #expect(AnswerPath("0")?.value(in: json) == .string("zero"))
        for path in ["outputs.1", "outputs.x", "nothing", "0.0", "outputs.0.data.-1"] {
            #expect(AnswerPath(path)?.value(in: json) == nil)
        }
        for path in ["", ".", "a..b", "a."] { #expect(AnswerPath(path) == nil) }
    }
}
