internal import Foundation
internal import Imaging
public import ModelStore

/// Enlarges pictures with PromptSR: the smallest fitting scale of the network, then an exact
/// bicubic resize to the size asked for.
public struct PromptSRUpscaler: Upscaler {
    private let networks: NetworkShelf

    /// An upscaler over every scale of a model that is there.
    ///
    /// Manifests are read here, weights at first use.
    ///
    /// - Parameters:
    ///   - store: Where models are looked for.
    ///   - model: A family such as "promptsr", or a full name such as "promptsr-x4".
    /// - Throws: ``ModelStore/ModelError``.
    public init(store: ModelStore, model: String) throws {
        self.init(models: try store.scales(ofFamily: model))
    }

    /// An upscaler over one model folder.
    ///
    /// - Parameter model: A folder whose manifest names a scale.
    public init(model: ModelFolder) {
        self.init(models: [model.manifest.scale ?? 1: model])
    }

    private init(models: [Int: ModelFolder]) {
        networks = NetworkShelf(scales: models.keys.sorted()) { scale in
            guard let model = models[scale] else { throw UpscaleError.impossibleSize }
            return try PromptSRRegionNetwork(model)
        }
    }

    /// The scales at which there is a network, ascending.
    public var scales: [Int] { networks.scales }

    /// An upscaler over other networks, to test the stages around them.
    init(networks: NetworkShelf) { self.networks = networks }

    /// See ``Upscaler/plan(_:calibrated:)``.
    public func plan(_ request: UpscaleRequest, calibrated: Bool) throws -> JobPlan {
        let job = try Job(request, networks: networks)
        var plan = job.plan
        if calibrated { plan.expectedSeconds = try job.estimateSeconds() }
        return plan
    }

    /// See ``Upscaler/upscale(_:progress:)``.
    public func upscale(
        _ request: UpscaleRequest, progress: (UpscaleProgress) throws -> Void
    ) throws -> UpscaleResult {
        let start = ContinuousClock.now
        let job = try Job(request, networks: networks)
        try job.envelope.checkMemory(job.plan)
        let decoded = try job.envelope.decoded()

        var picture = SplitImage(decoded.image)
        picture.colours = try job.enlarge(picture.colours.convertedToColour(), progress: progress)
        picture.colours = picture.colours.resized(to: job.plan.output)
        picture.alpha = picture.alpha?.resized(to: job.plan.output)
        if decoded.image.channels.colourCount == 1 { picture.colours = picture.colours.inGrey() }

        return try job.envelope.result(
            picture, of: decoded, plan: job.plan,
            models: [job.network.name: job.network.fingerprint], since: start)
    }
}
