internal import Foundation
public import ModelStore
public import Tensors

/// The global restoration module (GRM): from the latent of an enlarged photo to a coarse clean latent, and
/// how far each position can be trusted.
///
/// Source: PatchScaler (Liu et al.), section 3.1; trained by its equation (1). Three scales of residual
/// convolutions. The PyTorch twin in `Scripts/training` has the same names.
///
/// | value | shape | meaning |
/// |---|---|---|
/// | `latent` | `[B, h, w, c]` | sides multiples of 4 |
/// | coarse latent | `[B, h, w, c]` | without noise and artefacts, and smooth |
/// | confidence | `[B, h, w, 1]` | 0…1 |
public struct RestorationModule: Sendable {
    /// What the network is.
    public let configuration: RestorationModuleConfiguration

    /// The fingerprint of the model folder.
    public let fingerprint: String

    private let head: Convolution
    private let fullDown: [ResidualBlock]
    private let reduceFull: Convolution
    private let halfDown: [ResidualBlock]
    private let reduceHalf: Convolution
    private let quarter: [ResidualBlock]
    private let expandQuarter: Linear
    private let halfUp: [ResidualBlock]
    private let expandHalf: Linear
    private let fullUp: [ResidualBlock]
    private let norm: LayerNorm
    private let tail: Convolution
    private let confidence: Convolution

    /// Both sides of a latent must be multiples of this.
    public static let stride = 4

    /// Loads the network from a model folder, all of whose files are checked.
    ///
    /// - Parameter model: The folder.
    /// - Returns: The network.
    /// - Throws: ``ModelStore/ModelError`` when the folder holds another network, or is damaged.
    public static func load(_ model: ModelFolder) throws -> RestorationModule {
        try model.network(architecture: "restoration-module") { folder in
            try RestorationModule(
                from: Weights(SafetensorsFile(folder.weightsURL)),
                configuration: RestorationModuleConfiguration(
                    json: Data(contentsOf: folder.configurationURL)),
                fingerprint: folder.manifest.fingerprint)
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
        from weights: Weights, configuration: RestorationModuleConfiguration, fingerprint: String
    ) throws {
        try configuration.validate()
        let c = configuration
        let (full, half, fourth) = (c.channels[0], c.channels[1], c.channels[2])
        self.configuration = c
        self.fingerprint = fingerprint
        func blocks(_ name: String, _ channels: Int, _ count: Int) throws(WeightsError)
            -> [ResidualBlock]
        {
            try ResidualBlock.sequence(from: weights[name], channels: channels, count: count)
        }
        head = try Convolution(from: weights["head"], in: c.latentChannels, out: full, kernel: 3)
        fullDown = try blocks("full_down", full, c.blocks[0])
        reduceFull = try BlockWeights.reduction(from: weights["reduce_full"], in: full, out: half)
        halfDown = try blocks("half_down", half, c.blocks[1])
        reduceHalf = try BlockWeights.reduction(
            from: weights["reduce_half"], in: half, out: fourth)
        quarter = try blocks("quarter", fourth, c.blocks[2])
        expandQuarter = try BlockWeights.expansion(
            from: weights["expand_quarter"], in: fourth, out: half)
        halfUp = try blocks("half_up", half, c.upwardBlocks[1])
        expandHalf = try BlockWeights.expansion(from: weights["expand_half"], in: half, out: full)
        fullUp = try blocks("full_up", full, c.upwardBlocks[0])
        norm = try LayerNorm(from: weights["norm"], channels: full)
        tail = try Convolution(from: weights["tail"], in: full, out: c.latentChannels, kernel: 3)
        confidence = try Convolution(from: weights["confidence"], in: full, out: 1, kernel: 3)
        try weights.finish()
    }

    /// Restores a latent.
    ///
    /// - Parameters:
    ///   - latent: `[B, h, w, c]`, f32.
    ///   - context: Where to run.
    /// - Returns: The coarse latent `[B, h, w, c]` and the confidence `[B, h, w, 1]`, f32.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network.
    public func callAsFunction(
        _ latent: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> (coarse: Tensor, confidence: Tensor) {
        let size = latent.shape
        precondition(
            size.rank == 4 && size[1] % Self.stride == 0 && size[2] % Self.stride == 0,
            "\(size) for a network that halves twice")
        let x = try head(latent, output: .f32, in: context)  // [B, h, w, C₁]
        for block in fullDown { try block(x, in: context) }
        let y = try reduceFull(x, output: .f32, in: context)  // [B, h/2, w/2, C₂]
        for block in halfDown { try block(y, in: context) }
        let z = try reduceHalf(y, output: .f32, in: context)  // [B, h/4, w/4, C₃]
        for block in quarter { try block(z, in: context) }
        y.add(try expandQuarter(z, output: .f32, in: context).pixelsSpread(by: 2, in: context))
        for block in halfUp { try block(y, in: context) }
        x.add(try expandHalf(y, output: .f32, in: context).pixelsSpread(by: 2, in: context))
        for block in fullUp { try block(x, in: context) }
        let features = norm(x, in: context)  // [B, h, w, C₁]
        let trust = try confidence(features, output: .f32, in: context)  // [B, h, w, 1]
        trust.withUnsafeMutableFloats { values in
            for index in values.indices { values[index] = 1 / (1 + exp(-values[index])) }
        }
        return (try tail(features, addingTo: latent.copy(in: context), in: context), trust)
    }
}
