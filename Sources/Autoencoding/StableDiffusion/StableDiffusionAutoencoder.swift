public import Foundation
internal import ModelStore
public import Tensors

/// The autoencoder of Stable Diffusion, in the layout in which diffusers publishes it.
///
/// Source: Rombach et al. 2022, "High-Resolution Image Synthesis with Latent Diffusion Models"
/// ([arXiv:2112.10752](https://arxiv.org/abs/2112.10752)), and `AutoencoderKL` of diffusers. The
/// latent is the mean of the encoder's distribution, times the scaling factor.
///
/// Group normalisation makes every value depend, weakly, on the whole of its tile, so tiles are
/// blended and their result is near the whole's, not equal to it.
public struct StableDiffusionAutoencoder: LatentAutoencoder {
    /// What the network is.
    public let configuration: StableDiffusionConfiguration

    /// SHA-256 over the checksums of both files, as in a model folder's manifest.
    public let fingerprint: String

    private let encoder: StableDiffusionEncoder
    private let decoder: StableDiffusionDecoder

    /// The name of the file of weights in a published folder.
    public static let weightsFile = "diffusion_pytorch_model.safetensors"

    /// Loads the network from a published folder (the `vae` of a Stable Diffusion model), which
    /// holds `config.json` and `diffusion_pytorch_model.safetensors`.
    ///
    /// - Parameter folder: The folder.
    /// - Returns: The network.
    /// - Throws: ``ModelStore/ModelError`` when a file is missing or makes no network.
    public static func load(published folder: URL) throws -> StableDiffusionAutoencoder {
        let name = folder.standardizedFileURL.lastPathComponent
        func read(_ file: String) throws(ModelError) -> Data {
            let url = folder.appendingPathComponent(file)
            guard let data = try? Data(contentsOf: url, options: .alwaysMapped) else {
                throw .missingFile(model: name, file: file)
            }
            return data
        }
        let settings = try read(StableDiffusionConfiguration.fileName)
        let numbers = try read(weightsFile)
        guard let first = Digest.sha256(settings), let second = Digest.sha256(numbers),
            let fingerprint = Digest.sha256(Data("\(first)\n\(second)\n".utf8))
        else { throw ModelError.unfit(model: name, reason: "this system refuses SHA-256") }
        do {
            return try StableDiffusionAutoencoder(
                from: Weights(SafetensorsFile(folder.appendingPathComponent(weightsFile))),
                configuration: StableDiffusionConfiguration(json: settings),
                fingerprint: fingerprint)
        } catch let error as ConfigurationError {
            throw ModelError.unfit(model: name, reason: error.description)
        } catch let error as WeightsError {
            throw ModelError.unfit(model: name, reason: error.description)
        }
    }

    /// Makes the network from its weights.
    ///
    /// - Parameters:
    ///   - weights: All tensors of the network and no others.
    ///   - configuration: What the network is.
    ///   - fingerprint: See ``fingerprint``.
    /// - Throws: ``Tensors/WeightsError`` listing every tensor that is missing, of another shape,
    ///   or unknown; ``ModelStore/ConfigurationError`` for settings that make no network.
    public init(
        from weights: Weights, configuration: StableDiffusionConfiguration, fingerprint: String
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.fingerprint = fingerprint
        encoder = try StableDiffusionEncoder(from: weights, configuration)
        decoder = try StableDiffusionDecoder(from: weights, configuration)
        try weights.finish()
    }

    /// c, the channels of the latent.
    public var latentChannels: Int { configuration.latentChannels }

    /// f, 8 for the networks of Stable Diffusion.
    public var downsampling: Int { configuration.downsampling }

    /// Tiles share a quarter of the 64 latent pixels that the networks were trained on.
    public var tileContext: TileContext { .blended(overlap: 16) }

    /// 64 latent pixels along each side: 512 pixels for the networks of Stable Diffusion.
    public var standardTiles: TileOptions { TileOptions(side: max(64, 64 * downsampling)) }

    /// See ``LatentAutoencoder/encode(_:in:)``.
    public func encode(
        _ image: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let f = downsampling
        precondition(
            image.shape.rank == 4 && image.shape.last == 3 && image.shape[1] % f == 0
                && image.shape[2] % f == 0, "\(image.shape) in blocks of \(f)×\(f) pixels")
        return try encoder(image, in: context)
    }

    /// See ``LatentAutoencoder/decode(_:in:)``.
    public func decode(
        _ latent: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        precondition(
            latent.shape.rank == 4 && latent.shape.last == latentChannels,
            "\(latent.shape) for \(latentChannels) latent channels")
        return try decoder(latent, in: context)
    }
}
