import Autoencoding
import Foundation
import ModelStore
import TestSupport
import Tensors
import Testing

@Suite("The autoencoder")
struct AutoencoderTests {
    @Test("a small network with random weights encodes as its PyTorch twin does")
    func encodesAsTwin() throws {
        let file = try AutoencoderFixture.golden("tiny")
        let context = try AutoencoderFixture.context()
        let image = try AutoencoderFixture.tensor(file, "image", in: context)
        let latent = try AutoencoderFixture.tiny().encode(image, in: context)
        #expect(latent.shape == file.shape(of: "latent"))
        expectNear(latent.values, try file.floats("latent"), absolute: 2e-5, relative: 1e-5)
    }

    @Test("a small network with random weights decodes as its PyTorch twin does")
    func decodesAsTwin() throws {
        let file = try AutoencoderFixture.golden("tiny")
        let context = try AutoencoderFixture.context()
        let latent = try AutoencoderFixture.tensor(file, "random_latent", in: context)
        let image = try AutoencoderFixture.tiny().decode(latent, in: context)
        #expect(image.shape == file.shape(of: "decoded"))
        expectNear(image.values, try file.floats("decoded"), absolute: 2e-5, relative: 1e-5)
    }

    @Test("every image of a batch is coded as by itself")
    func batches() throws {
        let (network, context) = (try AutoencoderFixture.tiny(), try AutoencoderFixture.context())
        var random = SplitMix(seed: 5)
        let values = random.floats(2 * 16 * 24 * 3, in: 0...1)
        let both = try network.encode(Tensor(values, [2, 16, 24, 3], in: context), in: context)
        #expect(both.shape == [2, 2, 3, 5])
        let decoded = try network.decode(both, in: context)
        let (image, latent) = (16 * 24 * 3, 2 * 3 * 5)
        for index in 0..<2 {
            let part = Array(values[index * image..<(index + 1) * image])
            let one = try network.encode(Tensor(part, [1, 16, 24, 3], in: context), in: context)
            let expected = Array(both.values[index * latent..<(index + 1) * latent])
            expectNear(one.values, expected, absolute: 1e-5)
            let back = try network.decode(one, in: context)
            expectNear(
                back.values, Array(decoded.values[index * image..<(index + 1) * image]),
                absolute: 2e-5)
        }
    }

    @Test("bf16 stays near", .enabled(if: Processor.current.runsBF16))
    func bf16() throws {
        let file = try AutoencoderFixture.golden("tiny")
        let (network, context) = (
            try AutoencoderFixture.tiny(), try AutoencoderFixture.context(.bf16)
        )
        let image = try AutoencoderFixture.tensor(file, "image", in: context)
        expectNear(
            try network.encode(image, in: context).values, try file.floats("latent"),
            absolute: 0.05, relative: 0.02)
        let latent = try AutoencoderFixture.tensor(file, "random_latent", in: context)
        expectNear(
            try network.decode(latent, in: context).values, try file.floats("decoded"),
            absolute: 0.05, relative: 0.02)
    }

    /// The shipped models that `Scripts/fixtures/autoencoder.py` has written golden tensors for.
    static let shipped: [String] = {
        let folder = AutoencoderFixture.folder.path
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".golden.safetensors") && $0.hasPrefix("autoencoder") }
            .map { String($0.dropLast(".golden.safetensors".count)) }.sorted()
    }()

    @Test("every shipped network is held against its twin")
    func shippedAreTested() throws {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: AutoencoderFixture.models.path)
        #expect(names.filter { $0.hasPrefix("autoencoder") }.sorted() == Self.shipped)
    }

    @Test(
        "the shipped networks load from their folders and code as their twins", arguments: shipped)
    func shippedEqualsTwin(name: String) throws {
        let folder = try ModelFolder(at: AutoencoderFixture.models.appending(path: name))
        let network = try Autoencoder.load(folder)
        #expect(network.fingerprint == folder.manifest.fingerprint)
        let (file, context) = (
            try AutoencoderFixture.golden(name), try AutoencoderFixture.context()
        )
        let image = try AutoencoderFixture.tensor(file, "image", in: context)
        expectNear(
            try network.encode(image, in: context).values, try file.floats("latent"),
            absolute: 2e-4)
        let latent = try AutoencoderFixture.tensor(file, "random_latent", in: context)
        expectNear(
            try network.decode(latent, in: context).values, try file.floats("decoded"),
            absolute: 2e-4)
    }

    @Test("a folder with another network, and weights of another size, are refused by name")
    func hostile() throws {
        let temporary = try TemporaryFolder()
        let other = try ModelFolder(at: TinyModel.write(below: temporary.url))
        #expect {
            try Autoencoder.load(other)
        } throws: {
            "\($0)".contains("'promptsr'") && $0 is ModelError
        }
        let lying = try TemporaryFolder()
        let wrong = try ModelFolder(
            at: TinyModel.write(below: lying.url, architecture: "autoencoder"))
        #expect {
            try Autoencoder.load(wrong)
        } throws: {
            "\($0)".contains("configuration") && $0 is ModelError
        }
        var configuration = try AutoencoderFixture.tiny().configuration
        configuration.decoderBlocks = [2, 2]
        let file = try SafetensorsFile(
            AutoencoderFixture.folder.appending(path: "tiny.weights.safetensors"))
        let error = #expect(throws: WeightsError.self) {
            try Autoencoder(from: Weights(file), configuration: configuration, fingerprint: "")
        }
        #expect("\(try #require(error))".contains("decoder.fine.1.first.weight is missing"))
    }

    @Test("a deviation of zero in the weights is refused")
    func zeroDeviation() throws {
        let file = try SafetensorsFile(
            AutoencoderFixture.folder.appending(path: "tiny.weights.safetensors"))
        var writer = SafetensorsWriter()
        for name in file.names {
            let shape = try #require(file.shape(of: name))
            var values = try file.floats(name)
            if name == "latent_deviation" { values[2] = 0 }
            writer.add(name, shape, values)
        }
        let temporary = try TemporaryFolder()
        try writer.write(to: temporary.file("w.safetensors"))
        let configuration = try AutoencoderFixture.tiny().configuration
        #expect {
            try Autoencoder(
                from: Weights(SafetensorsFile(temporary.file("w.safetensors"))),
                configuration: configuration, fingerprint: "")
        } throws: {
            "\($0)".contains("latent_deviation")
        }
    }
}
