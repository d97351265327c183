import Autoencoding
import Foundation
import ModelStore
import TestSupport
import Testing

@Suite("The autoencoder's configuration")
struct AutoencoderConfigurationTests {
    private static let good = """
        {"architecture": "autoencoder", "latent_channels": 16, "fine_channels": 128,
         "coarse_channels": 256, "encoder_blocks": [2, 2], "decoder_blocks": [2, 2]}
        """

    @Test("the defaults are those of the twin")
    func defaults() throws {
        #expect(
            try AutoencoderConfiguration(json: Data(Self.good.utf8)) == AutoencoderConfiguration())
    }

    @Test("the reach counts each 3×3 convolution, in latents, rounded up")
    func reach() {
        var configuration = AutoencoderConfiguration()
        configuration.encoderBlocks = [2, 3]
        configuration.decoderBlocks = [0, 0]
        #expect(configuration.encoderReach == 1 + 6 + 3)
        #expect(configuration.decoderReach == 1 + 1)
    }

    @Test(
        "what makes no network is refused with the key's name",
        arguments: [
            ("\"autoencoder\"", "\"promptsr\"", "architecture"),
            ("\"latent_channels\": 16", "\"latent_channels\": 0", "latent_channels"),
            ("\"fine_channels\": 128", "\"fine_channels\": 100", "fine_channels"),
            ("\"coarse_channels\": 256", "\"coarse_channels\": 4096", "coarse_channels"),
            ("\"encoder_blocks\": [2, 2]", "\"encoder_blocks\": [2]", "encoder_blocks"),
            ("\"decoder_blocks\": [2, 2]", "\"decoder_blocks\": [2, -1]", "decoder_blocks"),
        ])
    func refused(from: String, to: String, key: String) {
        expectInvalid(key, Self.good, replacing: from, with: to) {
            _ = try AutoencoderConfiguration(json: $0)
        }
    }

    @Test("unknown, missing and mistyped keys, and what is no JSON, are refused")
    func unreadable() {
        func problem(_ text: String) -> String {
            do {
                _ = try AutoencoderConfiguration(json: Data(text.utf8))
                return "none"
            } catch {
                return error.description
            }
        }
        let longer = Self.good.replacingOccurrences(of: "{", with: "{\"heads\": 4, ")
        #expect(problem(longer).contains("unknown key \"heads\""))
        let shorter = Self.good.replacingOccurrences(of: "\"fine_channels\": 128,", with: "")
        #expect(problem(shorter).contains("\"fine_channels\" is missing"))
        let mistyped = Self.good.replacingOccurrences(of: "[2, 2]}", with: "[2, \"two\"]}")
        #expect(problem(mistyped).contains("\"decoder_blocks\" has the wrong type"))
        #expect(problem("[]").contains("not a JSON object"))
        #expect(problem("{").contains("not valid JSON"))
    }
}
