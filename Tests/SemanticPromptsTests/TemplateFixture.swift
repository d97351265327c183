import Foundation
import SemanticPrompts
import Testing

/// The template that comes with the program.
enum TemplateFixture {
    static let url = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Prompts/semantic.json")

    static func standard() throws -> PromptTemplate { try PromptTemplate(file: url) }

    /// The shipped template as an object, changed.
    static func changed(_ change: (inout [String: Any]) -> Void) throws -> Data {
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
        var object = try #require(json as? [String: Any])
        change(&object)
        return try JSONSerialization.data(withJSONObject: object)
    }
}

@Suite("Templates")
struct PromptTemplateTests {
    @Test("the shipped template is whole")
    func shipped() throws {
        let template = try TemplateFixture.standard()
        #expect(template.name == "semantic")
        #expect(template.hash.count == 64)
        #expect(!template.negative.isEmpty)
        let root = TemplateFixture.url.deletingLastPathComponent().deletingLastPathComponent()
        #expect(
            try PromptTemplate(roots: [URL(filePath: "/nowhere"), root]) == template)
    }

    @Test("white space and order in the file do not change the hash, words do")
    func hash() throws {
        let template = try TemplateFixture.standard()
        let same = try PromptTemplate(json: TemplateFixture.changed { _ in }, name: "t")
        #expect(same.hash == template.hash)
        let other = try PromptTemplate(
            json: TemplateFixture.changed { $0["negative"] = "noise" }, name: "t")
        #expect(other.hash != template.hash)
    }

    @Test("what is wrong with a file is said by name")
    func wrong() throws {
        func reason(_ change: (inout [String: Any]) -> Void) throws -> String {
            let data = try TemplateFixture.changed(change)
            do {
                _ = try PromptTemplate(json: data, name: "t.json")
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(try reason { $0["describe"] = "no place" }.contains("{tags}"))
        #expect(try reason { $0["colour"] = 1 }.contains("\"colour\" is not known"))
        #expect(try reason { $0["version"] = 2 }.contains("version 2"))
        #expect(try reason { $0["negative"] = nil }.contains("\"negative\" is missing"))
        #expect(try reason { $0["refusals"] = "x" }.contains("refusals"))
        #expect(try reason { $0["describe_without_tags"] = " " }.contains("empty"))
        #expect(throws: PromptError.self) {
            try PromptTemplate(json: Data("[".utf8), name: "t.json")
        }
        #expect(throws: PromptError.self) { try PromptTemplate(roots: []) }
    }
}
