import Foundation
import PromptSR
import Testing

@Suite("PromptSRConfiguration")
struct PromptSRConfigurationTests {
    static func json(
        _ changes: [String: Any] = [:], without missing: String? = nil
    ) throws -> Data {
        let plain = try JSONEncoder().encode(PromptSRConfiguration())
        var object = try #require(try JSONSerialization.jsonObject(with: plain) as? [String: Any])
        for (key, value) in changes { object[key] = value }
        if let missing { object[missing] = nil }
        return try JSONSerialization.data(withJSONObject: object)
    }

    @Test("a configuration survives writing and reading")
    func roundTrip() throws {
        let star = PromptSRConfiguration.star(scale: 2)
        #expect(try PromptSRConfiguration(json: JSONEncoder().encode(star)) == star)
    }

    @Test("a missing key, an unknown key and a wrong type are named")
    func badKeys() throws {
        #expect(throws: PromptSRConfigurationError.unreadable("\"heads\" is missing")) {
            try PromptSRConfiguration(json: Self.json(without: "heads"))
        }
        #expect(throws: PromptSRConfigurationError.unknownKey("depth")) {
            try PromptSRConfiguration(json: Self.json(["depth": 3]))
        }
        #expect(throws: PromptSRConfigurationError.unreadable("\"scale\" has the wrong type")) {
            try PromptSRConfiguration(json: Self.json(["scale": "four"]))
        }
        #expect(throws: PromptSRConfigurationError.unreadable("not valid JSON")) {
            try PromptSRConfiguration(json: Data("{".utf8))
        }
    }

    @Test(
        "settings that make no network are refused",
        arguments: [
            ("scale", 5), ("scale", -1), ("channels", 40), ("channels", 1 << 40), ("heads", 5),
            ("heads", 2), ("heads", 0), ("residual_groups", 0), ("blocks_per_group", 1_000_000),
            ("anchor_stride", 0), ("anchor_stride", 5), ("window_size", 12),
            ("category_group_size", 48), ("category_group_size", 0), ("anchor_update", 2),
        ])
    func invalid(key: String, value: Int) throws {
        let data = try Self.json([key: value])
        let error = #expect(throws: PromptSRConfigurationError.self) {
            try PromptSRConfiguration(json: data)
        }
        guard case .invalid(key: key, reason: _) = error else {
            Issue.record("\(String(describing: error)) for \(key)")
            return
        }
    }
}
