public import Tensors

/// PromptSR: a lightweight network that enlarges a region of a photo 2, 3 or 4 times.
///
/// Source: Liu et al., "PromptSR: Cascade Prompting for Lightweight Image Super-Resolution",
/// equations (1)–(4). What the paper leaves open, and what was chosen, stands in
/// `Documentation/PromptSR.md`. The PyTorch twin in `Scripts/training` has the same names.
///
/// | value | shape | meaning |
/// |---|---|---|
/// | `region` | `[H, W, 3]` | sRGB in 0…1; H and W are multiples of the window size |
/// | result | `[H·scale, W·scale, 3]` | sRGB, not clamped |
public struct PromptSR: Sendable {
    /// What the network is.
    public let configuration: PromptSRConfiguration

    private let head: Convolution
    private let groups: [ResidualGroup]
    private let tail: Convolution
    private let upsample: Convolution

    /// Makes the network from its weights.
    ///
    /// - Parameters:
    ///   - weights: All tensors of the network and no others.
    ///   - configuration: What the network is.
    /// - Throws: ``WeightsError`` listing every tensor that is missing, of another shape, or unknown;
    ///   ``PromptSRConfigurationError`` for settings that make no network.
    public init(from weights: Weights, configuration: PromptSRConfiguration) throws {
        try configuration.validate()
        let c = configuration
        self.configuration = c
        head = try Convolution(from: weights["head"], in: 3, out: c.channels, kernel: 3)
        groups = try (0..<c.residualGroups).map {
            try ResidualGroup(from: weights["groups.\($0)"], c)
        }
        tail = try Convolution(from: weights["tail"], in: c.channels, out: c.channels, kernel: 3)
        upsample = try Convolution(
            from: weights["upsample"], in: c.channels, out: 3 * c.scale * c.scale, kernel: 3)
        try weights.finish()
    }

    /// Enlarges a region.
    ///
    /// - Parameters:
    ///   - region: `[H, W, 3]`, f32, sRGB in 0…1; H and W are multiples of the window size.
    ///   - context: Where to run.
    /// - Returns: `[H·scale, W·scale, 3]`, f32, not clamped.
    /// - Throws: ``ComputeError`` when this processor cannot run the network.
    public func callAsFunction(
        _ region: Tensor, in context: ComputeContext
    ) throws(ComputeError) -> Tensor {
        let (h, w) = (region.shape[0], region.shape[1])
        precondition(
            region.shape.rank == 3 && region.shape.last == 3 && h > 0 && w > 0
                && h % configuration.windowSize == 0 && w % configuration.windowSize == 0,
            "\(region.shape) for windows of \(configuration.windowSize)")
        let image = region.reshaped([1, h, w, 3]).adding(
            configuration.mean.map { -$0 }, in: context)
        let shallow = try head(image, output: .f32, in: context)  // [1, H, W, C], equation (1)
        var x = shallow
        for group in groups {  // equation (2)
            x = try group(x, in: context)  // [1, H, W, C]
        }
        x = try tail(x, addingTo: shallow, in: context)  // equation (3)
        x = try upsample(x, output: .f32, in: context)  // [1, H, W, 3·scale²], equation (4)
        x = x.pixelShuffled(by: configuration.scale, adding: configuration.mean, in: context)
        return x.reshaped([h * configuration.scale, w * configuration.scale, 3])
    }
}

/// Cascade prompting blocks, a 3×3 convolution, and a skip around them all.
struct ResidualGroup: Sendable {
    let blocks: [CascadePromptingBlock]
    let convolution: Convolution

    init(from weights: Weights, _ c: PromptSRConfiguration) throws {
        blocks = try (0..<c.blocksPerGroup).map {
            try CascadePromptingBlock(from: weights["blocks.\($0)"], c)
        }
        convolution = try Convolution(
            from: weights["convolution"], in: c.channels, out: c.channels, kernel: 3)
    }

    /// `x` is `[1, H, W, C]` and stays as it is; so is the result.
    func callAsFunction(_ x: Tensor, in context: ComputeContext) throws(ComputeError) -> Tensor {
        let features = x.copy(in: context)
        var prompts: Tensor?  // equation (8) starts afresh in each group
        for block in blocks {
            prompts = try block(features, prompts: prompts, in: context)
        }
        return try convolution(features, addingTo: x.copy(in: context), in: context)
    }
}
