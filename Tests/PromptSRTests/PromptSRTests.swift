import Foundation
import PromptSR
import TestSupport
import Tensors
import Testing

@Suite("PromptSR")
struct PromptSRTests {
    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures")
    static let models = fixtures.appending(path: "../../../Models").standardizedFileURL

    /// The shipped models that `Scripts/fixtures/promptsr.py` has written golden tensors for.
    static let shipped: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []
        return files.filter { $0.hasSuffix(".golden.safetensors") && $0.hasPrefix("promptsr") }
            .map { String($0.dropLast(".golden.safetensors".count)) }.sorted()
    }()

    static func tiny() throws -> PromptSR {
        try network(
            weights: fixtures.appending(path: "tiny.weights.safetensors"),
            configuration: fixtures.appending(path: "tiny.configuration.json"))
    }

    static func network(weights: URL, configuration: URL) throws -> PromptSR {
        try PromptSR(
            from: Weights(SafetensorsFile(weights)),
            configuration: PromptSRConfiguration(json: Data(contentsOf: configuration)))
    }

    /// Runs a network on the golden input of a fixture: the result, and the twin's.
    static func golden(
        _ name: String, _ network: PromptSR, _ precision: ComputePolicy.Precision
    ) throws -> (result: [Float], twin: [Float]) {
        let file = try SafetensorsFile(fixtures.appending(path: "\(name).golden.safetensors"))
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: precision))
        let shape = try #require(file.shape(of: "input"))
        let result = try network(Tensor(file.floats("input"), shape, in: context), in: context)
        #expect(result.shape == file.shape(of: "output"))
        return (result.values, try file.floats("output"))
    }

    /// 10·log₁₀(1 / mean squared difference), for values in 0…1.
    static func decibels(_ a: [Float], _ b: [Float]) -> Double {
        let sum = zip(a, b).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
        return 10 * log10(Double(a.count) / max(sum, 1e-30))
    }

    @Test("a small network with random weights gives what its PyTorch twin gives")
    func tinyEqualsTwin() throws {
        let (result, twin) = try Self.golden("tiny", Self.tiny(), .f32)
        expectNear(result, twin, absolute: 5e-5)
    }

    @Test("every shipped network is held against its twin")
    func shippedAreTested() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.models.path)
        #expect(names.filter { $0.hasPrefix("promptsr") }.sorted() == Self.shipped)
    }

    @Test("the shipped networks give what their PyTorch twins give, to 2e-4", arguments: shipped)
    func shippedEqualsTwin(name: String) throws {
        let folder = Self.models.appending(path: name)
        let network = try Self.network(
            weights: folder.appending(path: "weights.safetensors"),
            configuration: folder.appending(path: "configuration.json"))
        let (result, twin) = try Self.golden(name, network, .f32)
        expectNear(result, twin, absolute: 2e-4)
        let (rough, _) = try Self.golden(name, network, .bf16)
        #expect(Self.decibels(rough, result) > 48)
    }

    @Test("the same region gives the same bytes again, also in a context that was used before")
    func repeats() throws {
        let network = try Self.tiny()
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
        var random = SplitMix(seed: 3)
        let values = random.floats(32 * 16 * 3, in: 0...1)
        let first = try network(Tensor(values, [32, 16, 3], in: context), in: context).values
        _ = try network(
            Tensor(random.floats(64 * 64 * 3, in: 0...1), [64, 64, 3], in: context), in: context)
        let second = try network(Tensor(values, [32, 16, 3], in: context), in: context).values
        #expect(first == second)
    }

    @Test(
        "parameter counts are within 1 % of the paper's table I",
        arguments: [
            (PromptSRConfiguration.paper(scale: 2), 769_020, 764_000),
            (.paper(scale: 3), 775_515, 770_000),
            (.paper(scale: 4), 784_608, 779_000),
            (.star(scale: 2), 988_540, 982_000),
            (.star(scale: 4), 1_004_128, 998_000),
        ])
    func parameterCounts(configuration: PromptSRConfiguration, exact: Int, paper: Int) {
        #expect(configuration.parameterCount == exact)
        #expect(abs(exact - paper) * 100 < paper)
    }

    @Test("the parameter count is what a weight file holds")
    func parameterCountOfFile() throws {
        let file = try SafetensorsFile(Self.fixtures.appending(path: "tiny.weights.safetensors"))
        let held = file.names.reduce(0) { $0 + (file.shape(of: $1)?.count ?? 0) }
        #expect(try Self.tiny().configuration.parameterCount == held)
    }

    @Test("weights of another configuration are refused with every tensor that does not fit")
    func otherConfiguration() throws {
        let file = try SafetensorsFile(Self.fixtures.appending(path: "tiny.weights.safetensors"))
        var configuration = try Self.tiny().configuration
        configuration.blocksPerGroup = 3
        let error = #expect(throws: WeightsError.self) {
            try PromptSR(from: Weights(file), configuration: configuration)
        }
        #expect("\(try #require(error))".contains("groups.0.blocks.2.global_prompting.norm.weight"))
    }
}
