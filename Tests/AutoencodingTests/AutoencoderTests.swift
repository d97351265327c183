import Autoencoding
import Foundation
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
}
