import Foundation
import ModelStore
import TestSupport
import Tensors
import Testing

@testable import Diffusion

@Suite("The restoration module")
struct RestorationModuleTests {
    @Test("a small network with random weights gives the results of its PyTorch twin")
    func equalsTwin() throws {
        let (name, context) = ("tiny-restoration", try DiffusionFixture.context())
        let file = try DiffusionFixture.golden(name)
        let network = try RestorationModule(
            from: DiffusionFixture.weights(name),
            configuration: RestorationModuleConfiguration(
                json: DiffusionFixture.configuration(name)),
            fingerprint: "")
        let latent = try DiffusionFixture.tensor("latent", of: file, in: context)
        let result = try network(latent, in: context)
        #expect(result.coarse.shape == latent.shape)
        #expect(result.confidence.shape == [2, 12, 20, 1])
        expectNear(result.coarse.values, try file.floats("coarse"), absolute: 2e-5)
        expectNear(result.confidence.values, try file.floats("confidence"), absolute: 2e-6)
        // The input is not used up.
        #expect(latent.values == (try file.floats("latent")))
    }

    @Test(
        "settings that make no network are refused with the key's name",
        arguments: [
            ("\"restoration-module\"", "\"autoencoder\"", "architecture"),
            ("\"latent_channels\": 5", "\"latent_channels\": 0", "latent_channels"),
            ("\"upward_blocks\"", "\"upwards\"", "upward_blocks"),
        ])
    func invalid(from: String, to: String, key: String) throws {
        let data = try DiffusionFixture.configuration("tiny-restoration")
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains(from))
        let error = #expect(throws: ConfigurationError.self) {
            try RestorationModuleConfiguration(
                json: Data(text.replacingOccurrences(of: from, with: to).utf8))
        }
        #expect("\(try #require(error))".contains(key))
    }
}
