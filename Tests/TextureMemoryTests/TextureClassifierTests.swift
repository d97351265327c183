import Foundation
import ModelStore
import TestSupport
import Tensors
import Testing

@testable import TextureMemory

@Suite("The texture classifier")
struct TextureClassifierTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")
    private static let models = fixtures.appending(path: "../../../Models").standardizedFileURL

    /// The shipped models that `Scripts/fixtures/texture_classifier.py` wrote golden tensors for.
    static let shipped: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []
        return files.filter { $0.hasSuffix(".golden.safetensors") && $0.hasPrefix("texture") }
            .map { String($0.dropLast(".golden.safetensors".count)) }.sorted()
    }()

    private static func network(weights: URL, configuration: URL) throws -> TextureClassifier {
        try TextureClassifier(
            from: Weights(SafetensorsFile(weights)),
            configuration: TextureClassifierConfiguration(json: Data(contentsOf: configuration)),
            fingerprint: "of a test")
    }

    private static func tiny() throws -> TextureClassifier {
        try network(
            weights: fixtures.appending(path: "tiny-classifier.weights.safetensors"),
            configuration: fixtures.appending(path: "tiny-classifier.configuration.json"))
    }

    private static func golden(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(fixtures.appending(path: "\(name).golden.safetensors"))
    }

    private static func context(
        _ precision: ComputePolicy.Precision = .f32
    ) throws -> ComputeContext {
        try ComputeContext(policy: ComputePolicy(threads: 1, precision: precision))
    }

    private static func patches(
        _ file: SafetensorsFile, in context: ComputeContext
    ) throws -> Tensor {
        let shape = try #require(file.shape(of: "patches"))
        return Tensor(try file.floats("patches"), shape, in: context)
    }

    @Test("the summary of four pixels is their values and their deviation")
    func summaryByHand() throws {
        let context = try Self.context()
        // Two channels: 1, 3, 5, 7 and four times 2.
        let x = Tensor([1, 2, 3, 2, 5, 2, 7, 2], [1, 2, 2, 2], in: context)
        let summary = x.quadrantSummary(in: context)
        #expect(summary.shape == [1, 10])
        expectNear(
            summary.values, [1, 2, 3, 2, 5, 2, 7, 2, 5.000001.squareRoot(), 1e-3] as [Double],
            absolute: 1e-6)
    }

    @Test("a small network with random weights gives the keys and scores of its PyTorch twin")
    func equalsTwin() throws {
        let (file, context) = (try Self.golden("tiny-classifier"), try Self.context())
        let network = try Self.tiny()
        let patches = try Self.patches(file, in: context)
        let keys = try network.keys(of: patches, in: context)
        #expect(keys.shape == file.shape(of: "keys"))
        expectNear(keys.values, try file.floats("keys"), absolute: 2e-6)
        let scores = try #require(try network.scores(of: patches, in: context))
        #expect(scores.shape == file.shape(of: "scores"))
        expectNear(scores.values, try file.floats("scores"), absolute: 2e-5)
    }

    @Test("a key is the same bytes whatever stands beside it", arguments: [1, 2, 16, 17])
    func batches(size: Int) throws {
        let (file, context) = (try Self.golden("tiny-classifier"), try Self.context())
        let network = try Self.tiny()
        let patches = try Self.patches(file, in: context)
        let all = try network.keys(of: patches, in: context).values
        let (count, patch) = (patches.shape[0], 8 * 8 * 3)
        var parts: [Float] = []
        for start in stride(from: 0, to: count, by: size) {
            let end = min(start + size, count)
            let part = Tensor(
                Array(patches.values[start * patch..<end * patch]), [end - start, 8, 8, 3],
                in: context)
            parts += try network.keys(of: part, in: context).values
        }
        #expect(parts == all)
    }

    @Test("no patches have no keys, and a patch of zeros has one of length 1")
    func edges() throws {
        let (network, context) = (try Self.tiny(), try Self.context())
        let none = try network.keys(of: Tensor([], [0, 8, 8, 3], in: context), in: context)
        #expect(none.shape == [0, 24])
        let zeros = Tensor([Float](repeating: 0, count: 192), [1, 8, 8, 3], in: context)
        let squares = try network.keys(of: zeros, in: context).values.reduce(0) { $0 + $1 * $1 }
        #expect(abs(squares - 1) < 1e-5)
    }

    @Test("bf16 keys point the same way", .enabled(if: Processor.current.runsBF16))
    func bf16() throws {
        let file = try Self.golden("tiny-classifier")
        let context = try Self.context(.bf16)
        let keys = try Self.tiny().keys(of: Self.patches(file, in: context), in: context).values
        let twin = try file.floats("keys")
        for row in stride(from: 0, to: keys.count, by: 24) {
            let cosine = (row..<row + 24).reduce(0) { $0 + keys[$1] * twin[$1] }
            #expect(cosine > 0.999)
        }
    }

    @Test("every shipped network is held against its twin")
    func shippedAreTested() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.models.path)
        #expect(names.filter { $0.hasPrefix("texture-classifier") }.sorted() == Self.shipped)
    }

    @Test(
        "the shipped networks load from their folders and give their twins' keys",
        arguments: shipped)
    func shippedEqualsTwin(name: String) throws {
        let network = try TextureClassifier.load(
            ModelFolder(at: Self.models.appending(path: name)))
        let (file, context) = (try Self.golden(name), try Self.context())
        let keys = try network.keys(of: Self.patches(file, in: context), in: context)
        expectNear(keys.values, try file.floats("keys"), absolute: 2e-5)
    }

    @Test("weights without the classes that the configuration names are refused")
    func otherClasses() throws {
        let file = try SafetensorsFile(
            Self.fixtures.appending(path: "tiny-classifier.weights.safetensors"))
        var configuration = try Self.tiny().configuration
        configuration.classes = ["one", "two", "three"]
        let error = #expect(throws: WeightsError.self) {
            try TextureClassifier(
                from: Weights(file), configuration: configuration, fingerprint: "")
        }
        #expect("\(try #require(error))".contains("classify.weight has shape"))
    }

    @Test(
        "settings that make no network are refused with the key's name",
        arguments: [
            ("\"texture-classifier\"", "\"autoencoder\"", "architecture"),
            ("\"patch_side\": 8", "\"patch_side\": 6", "patch_side"),
            ("\"fine_channels\": 16", "\"fine_channels\": 24", "fine_channels"),
            ("\"key_size\": 24", "\"key_size\": 0", "key_size"),
            ("\"brick\"", "\"bark\"", "classes"),
        ])
    func invalid(from: String, to: String, key: String) throws {
        let text = try String(
            contentsOf: Self.fixtures.appending(path: "tiny-classifier.configuration.json"),
            encoding: .utf8)
        expectInvalid(key, text, replacing: from, with: to) {
            _ = try TextureClassifierConfiguration(json: $0)
        }
    }
}
