import Autoencoding
import Foundation
import ModelStore
import TestSupport
import Tensors
import Testing

@Suite("The detail decoder")
struct DetailDecoderTests {
    static let shipped = AutoencoderFixture.models.appending(path: "detail-decoder")

    @Test("the shipped network loads from its folder and decodes as its twin")
    func shippedEqualsTwin() throws {
        let folder = try ModelFolder(at: Self.shipped)
        let network = try DetailDecoder.load(folder)
        #expect(network.fingerprint == folder.manifest.fingerprint)
        let original = try Autoencoder.load(
            ModelFolder(at: AutoencoderFixture.models.appending(path: "autoencoder-f8c16")))
        #expect(network.configuration.autoencoder == original.fingerprint)
        let (file, context) = (
            try AutoencoderFixture.golden("detail-decoder"), try AutoencoderFixture.context()
        )
        let latent = try AutoencoderFixture.tensor(file, "random_latent", in: context)
        let pair = original.decoding(with: network)
        expectNear(
            try pair.decode(latent, in: context).values, try file.floats("decoded"),
            absolute: 2e-4)
        let plain = try original.decode(latent, in: context).values
        #expect(try pair.decode(latent, in: context).values != plain)
    }

    @Test("an autoencoder that decodes with another decoder encodes as before")
    func encoderStays() throws {
        let (network, context) = (try AutoencoderFixture.tiny(), try AutoencoderFixture.context())
        let pair = network.decoding(with: try Self.tiny())
        #expect(pair.fingerprint == network.fingerprint)
        var random = SplitMix(seed: 9)
        let image = Tensor(random.floats(16 * 24 * 3, in: 0...1), [1, 16, 24, 3], in: context)
        let latent = try network.encode(image, in: context)
        #expect(try pair.encode(image, in: context).values == latent.values)
        // The weights are those of the autoencoder's own decoder.
        #expect(
            try pair.decode(latent, in: context).values
                == network.decode(latent, in: context).values)
        #expect(pair.tileContext == network.tileContext)
    }

    @Test(
        "settings that make no network are refused with the key's name",
        arguments: [
            ("\"detail-decoder\"", "\"autoencoder\"", "architecture"),
            ("\"latent_channels\": 5", "\"latent_channels\": 0", "latent_channels"),
            ("[1, 2]", "[1]", "decoder_blocks"),
            ("[1, 2]", "[1, 2], \"width\": 3", "width"),
        ])
    func refused(old: String, new: String, key: String) throws {
        let text = Self.configuration.replacingOccurrences(of: old, with: new)
        let error = #expect(throws: ConfigurationError.self) {
            let configuration = try DetailDecoderConfiguration(json: Data(text.utf8))
            _ = try DetailDecoder(
                from: Self.weights(), configuration: configuration, fingerprint: "")
        }
        #expect("\(try #require(error))".contains(key))
    }

    @Test("weights of an encoder beside those of the decoder are refused by name")
    func unknownWeights() throws {
        let file = try SafetensorsFile(
            AutoencoderFixture.folder.appending(path: "tiny.weights.safetensors"))
        let error = #expect(throws: WeightsError.self) {
            let configuration = try DetailDecoderConfiguration(json: Data(Self.configuration.utf8))
            _ = try DetailDecoder(
                from: Weights(file), configuration: configuration, fingerprint: "")
        }
        #expect("\(try #require(error))".contains("encoder."))
    }

    private static let configuration = """
        {"architecture": "detail-decoder", "latent_channels": 5, "fine_channels": 16,
         "coarse_channels": 32, "decoder_blocks": [1, 2], "autoencoder": ""}
        """

    /// The decoder of the small autoencoder.
    private static func tiny() throws -> DetailDecoder {
        try DetailDecoder(
            from: weights(),
            configuration: DetailDecoderConfiguration(json: Data(configuration.utf8)),
            fingerprint: "")
    }

    private static func weights() throws -> Weights {
        let file = try SafetensorsFile(
            AutoencoderFixture.folder.appending(path: "tiny.weights.safetensors"))
        var writer = SafetensorsWriter()
        for name in file.names where !name.hasPrefix("encoder.") {
            writer.add(name, file.shape(of: name) ?? [], try file.floats(name))
        }
        let folder = try TemporaryFolder()
        let copy = folder.url.appending(path: "decoder.safetensors")
        try writer.write(to: copy)
        return Weights(try SafetensorsFile(copy))
    }
}
