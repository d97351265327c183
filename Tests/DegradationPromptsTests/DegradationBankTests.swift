import Foundation
import TestSupport
import Testing

@testable import DegradationPrompts

@Suite("The bank of degradation prompts")
struct DegradationBankTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Prompts/degradation.json")

    static let small = TinyIRPAD.bank

    static func bank(_ text: String = small) throws(DegradationBankError) -> DegradationBank {
        try DegradationBank(json: Data(text.utf8), name: "bank.json")
    }

    @Test("the shipped bank is whole")
    func shipped() throws {
        let bank = try DegradationBank(json: Data(contentsOf: Self.file), name: "degradation.json")
        #expect(bank.kinds.count >= 6)
        #expect(bank.kinds.contains { $0.name == "jpeg" })
    }

    @Test("degrees stand for ranges")
    func ranges() throws {
        let kinds = try Self.bank().kinds
        #expect((0..<3).map(kinds[0].range) == ["under 1", "1 to 2.5", "over 2.5"])
        #expect((0..<2).map(kinds[1].range) == ["over 60", "under 60"])
    }

    @Test(
        "a wrong bank is refused, and the error says where",
        arguments: [
            ("\"format_version\": 1", "\"format_version\": 2", "format 2"),
            ("\"format_version\": 1, ", "", "format_version"),
            ("[1, 2.5]", "[1]", "type 'blur': 3 degrees need 2 cuts, not 1"),
            ("[1, 2.5]", "[2.5, 1]", "the cuts must be rising"),
            ("\"unit\": \"pixels\"", "\"units\": \"pixels\"", "\"units\" is not known"),
            ("[\"soft\", \"a bit soft\"]", "[]", "degree 'light' needs a phrase"),
            ("\"noise\"", "\"blur\"", "a name of its own"),
            ("\"falling\"", "\"down\"", "types[1].order"),
            ("[60]", "[\"60\"]", "types[1].cuts[0]"),
            ("\"language\"", "language", "not a JSON object"),
        ])
    func wrong(from: String, to: String, reason: String) throws {
        #expect(Self.small.contains(from))
        let error = #expect(throws: DegradationBankError.self) {
            try Self.bank(Self.small.replacingOccurrences(of: from, with: to))
        }
        #expect("\(try #require(error))".contains(reason))
        #expect("\(try #require(error))".hasPrefix("bank.json: "))
    }

    @Test("any bytes give a bank or an error")
    func hostile() {
        let bytes = Array(Self.small.utf8)
        for cut in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: DegradationBankError.self) {
                try DegradationBank(json: Data(bytes[..<cut]), name: "x")
            }
        }
    }
}
