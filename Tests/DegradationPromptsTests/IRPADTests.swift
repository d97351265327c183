import Foundation
import ModelStore
import TestSupport
import Tensors
import Testing

@testable import DegradationPrompts

@Suite("IRPAD")
struct IRPADTests {
    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")
    private static let models = fixtures.appending(path: "../../../Models").standardizedFileURL

    /// The shipped models that `Scripts/fixtures/irpad.py` wrote golden tensors for.
    static let shipped: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []
        return files.filter { $0.hasSuffix(".golden.safetensors") && $0.hasPrefix("irpad") }
            .map { String($0.dropLast(".golden.safetensors".count)) }.sorted()
    }()

    static func tiny() throws -> IRPAD {
        try IRPAD(
            from: Weights(
                SafetensorsFile(fixtures.appending(path: "tiny-irpad.weights.safetensors"))),
            configuration: IRPADConfiguration(
                json: Data(
                    contentsOf: fixtures.appending(path: "tiny-irpad.configuration.json"))),
            fingerprint: "of a test")
    }

    private static func golden(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(fixtures.appending(path: "\(name).golden.safetensors"))
    }

    private func expectTwin(_ network: IRPAD, _ file: SafetensorsFile) throws {
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
        let c = network.configuration
        let image = Tensor(
            try file.floats("image"), try #require(file.shape(of: "image")), in: context)
        let features = try network.encoder(image, in: context)
        expectNear(features.values, try file.floats("tokens"), absolute: 2e-4)

        let whole = FeatureWindow(rows: 0..<features.shape[1], columns: 0..<features.shape[2])
        let embeddings = try network.embeddings(features, [whole], in: context)
        expectNear(embeddings, try file.floats("embeddings"), absolute: 2e-5)
        expectNear(
            network.scores(of: embeddings), try file.floats("logits"), absolute: 2e-4)

        let large = Tensor(
            try file.floats("large"), try #require(file.shape(of: "large")), in: context)
        let stride = try #require(Int(file.metadata["stride"] ?? ""))
        let grid = WindowGrid(
            height: large.shape[1] / 8, width: large.shape[2] / 8, side: c.window, stride: stride,
            reach: network.encoder.reach)
        let shape = try #require(file.shape(of: "windows"))
        #expect(grid.rowCount == shape[0] && grid.columnCount == shape[1])
        let scores = try network.scores(of: large, grid.windows, in: context)
        expectNear(scores, try file.floats("windows"), absolute: 2e-4)
    }

    @Test("a small network with random weights gives the results of its PyTorch twin")
    func equalsTwin() throws {
        try expectTwin(Self.tiny(), Self.golden("tiny-irpad"))
    }

    @Test("every shipped network is held against its twin")
    func shippedAreTested() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.models.path)
        #expect(names.filter { $0.hasPrefix("irpad") }.sorted() == Self.shipped)
    }

    @Test("the shipped networks give their twins' results", arguments: shipped)
    func shippedEqualsTwin(name: String) throws {
        let folder = try ModelFolder(at: Self.models.appending(path: name))
        try expectTwin(IRPAD.load(folder), Self.golden(name))
    }

    @Test(
        "settings that make no network are refused with the key's name",
        arguments: [
            ("\"irpad\"", "\"autoencoder\"", "architecture"),
            ("\"heads\": 2", "\"heads\": 3", "heads"),
            ("\"window\": 4", "\"window\": 0", "window"),
            ("\"embedding_size\": 16", "\"embedding_size\": 12", "embedding_size"),
            ("\"noise\"", "\"blur\"", "types"),
            ("1.25", "-1", "temperatures"),
            ("0.6", "1.5", "thresholds"),
        ])
    func invalid(from: String, to: String, key: String) throws {
        let text = try String(
            contentsOf: Self.fixtures.appending(path: "tiny-irpad.configuration.json"),
            encoding: .utf8)
        expectInvalid(key, text, replacing: from, with: to) {
            _ = try IRPADConfiguration(json: $0)
        }
    }
}
