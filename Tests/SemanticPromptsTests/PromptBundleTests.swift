import Foundation
import SemanticPrompts
import Testing

@Suite("Prompt bundles")
struct PromptBundleTests {
    @Test("a bundle is the same after writing and reading, whatever the degradation report holds")
    func roundTrip() throws {
        let json = """
            {"version": 1, "tags": ["cat"], "description": "A cat.", "negative": "noise",
             "degradation": {"blur": {"degree": "heavy", "confidence": 0.75}, "list": [1, null, true]},
             "photo": {"sha256": "ab", "width": 3, "height": 2}, "notes": ["n"],
             "regions": [{"x": 0, "y": 0, "width": 3, "height": 2, "tags": [], "description": ""}]}
            """
        let bundle = try PromptBundle(json: Data(json.utf8), name: "b.json")
        let again = try PromptBundle(json: bundle.file(), name: "b.json")
        #expect(again == bundle)
        let before = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary
        let after = try JSONSerialization.jsonObject(with: bundle.file()) as? NSDictionary
        #expect(before == after)
    }

    @Test("a bundle can be written by hand with three lines")
    func byHand() throws {
        let json = #"{"version": 1, "tags": [], "description": "A brick wall", "negative": ""}"#
        let bundle = try PromptBundle(json: Data(json.utf8), name: "b.json")
        #expect(bundle == PromptBundle(tags: [], description: "A brick wall", negative: ""))
    }

    @Test(
        "what cannot be a bundle is refused by name",
        arguments: [
            ("{", "not valid JSON"), ("[]", "wrong type"), ("{}", "version"),
            (#"{"version": 2, "tags": [], "description": "", "negative": ""}"#, "its version"),
            (#"{"version": 1, "tags": "a", "description": "", "negative": ""}"#, "tags"),
            (#"{"version": 1, "tags": [], "descripton": "", "negative": ""}"#, "descripton"),
        ])
    func refused(json: String, reason: String) {
        do {
            _ = try PromptBundle(json: Data(json.utf8), name: "b.json")
            Issue.record("it was read")
        } catch {
            #expect("\(error)".contains("b.json") && "\(error)".contains(reason), "\(error)")
        }
    }

    @Test("the prompt is the description and the tags that it does not name")
    func positive() {
        let bundle = PromptBundle(
            tags: ["cat", "living room", "Sofa"], description: "A cat on a sofa.", negative: "")
        #expect(bundle.positive == "A cat on a sofa, living room")
        #expect(bundle.length == 8)
        #expect(PromptBundle(tags: ["a"], description: "", negative: "").positive == "a")
        #expect(PromptBundle(tags: [], description: "", negative: "").positive == "")
    }
}
