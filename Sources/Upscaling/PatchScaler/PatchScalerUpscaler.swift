internal import Autoencoding
internal import CHeap
internal import DegradationPrompts
internal import Diffusion
internal import Foundation
internal import Imaging
public import ModelStore
internal import RandomDraws
internal import Tensors
internal import TextureMemory

/// Restores and enlarges photos by a diffusion in patches that is conditioned on retrieved textures
/// and on the degradation.
///
/// Source: PatchScaler (Liu et al.); the degradation prompt is DaLPSR's (Jiang et al.).
/// `Documentation/PatchScaler.md` describes the stages.
public struct PatchScalerUpscaler: Upscaler {
    private let networks: PatchScalerNetworks

    /// Loads all networks, and opens the memory.
    ///
    /// Where there is no Patch-DiT, the restoration module's coarse result is all that can be had.
    ///
    /// - Parameters:
    ///   - store: Where models are looked for, and memories beside them.
    ///   - models: The names of the networks.
    ///   - memory: Where textures come from.
    /// - Throws: ``ModelStore/ModelError``, ``TextureMemory/MemoryError`` or
    ///   ``DegradationPrompts/DegradationBankError``.
    public init(
        store: ModelStore, models: PatchScalerModels = .init(),
        memory: PatchScalerMemory = .standard
    ) throws {
        networks = try PatchScalerNetworks(store: store, names: models, memory: memory)
    }

    /// How much of a photo's own detail will be put back, 0…1: all when the classifier is sure that nothing happened to
    /// the photo, and 0 where it cannot say.
    func ownDetail(of request: UpscaleRequest) throws -> Float {
        let job = try PatchScalerJob(request, networks: networks)
        let photo = SplitImage(try job.envelope.decoded().image).colours.convertedToColour()
        return try job.ownDetail(of: photo)
    }

    /// See ``Upscaler/plan(_:calibrated:)``.
    public func plan(_ request: UpscaleRequest, calibrated: Bool) throws -> JobPlan {
        let job = try PatchScalerJob(request, networks: networks)
        var plan = job.plan
        if calibrated { plan.expectedSeconds = try job.estimateSeconds() }
        return plan
    }

    /// See ``Upscaler/upscale(_:progress:)``.
    public func upscale(
        _ request: UpscaleRequest, progress: (UpscaleProgress) throws -> Void
    ) throws -> UpscaleResult {
        try upscale(request, ownDetail: nil, progress: progress)
    }

    /// The same with what ``ownDetail(of:)`` said, if it was asked.
    func upscale(
        _ request: UpscaleRequest, ownDetail: Float?, progress: (UpscaleProgress) throws -> Void
    ) throws -> UpscaleResult {
        let start = ContinuousClock.now
        let job = try PatchScalerJob(request, networks: networks)
        try job.envelope.checkMemory(job.plan)
        let decoded = try job.envelope.decoded()

        var picture = SplitImage(decoded.image)
        let restored = try job.restore(
            picture.colours.convertedToColour(), ownDetail: ownDetail, progress: progress)
        picture.colours = restored.image
        picture.alpha = picture.alpha?.resized(to: job.plan.output)
        if decoded.image.channels.colourCount == 1 { picture.colours = picture.colours.inGrey() }

        var result = try job.envelope.result(
            picture, of: decoded, plan: job.plan, models: networks.fingerprints,
            notes: networks.notes + restored.notes, since: start)
        result.maps = restored.maps
        return result
    }
}

extension PatchScalerJob {
    /// What became of a photo.
    struct Restored {
        let image: Image
        /// The mean confidence of each patch.
        let confidences: [Double]
        let maps: RestorationMaps?
        let notes: [String]
    }

    /// The stages, in order.
    ///
    /// What one has freed goes back to the system, so that the peak of the memory is that of the largest stage.
    func restore(
        _ photo: Image, ownDetail: Float? = nil,
        progress: (UpscaleProgress) throws -> Void = { _ in }
    ) throws -> Restored {
        let options = envelope.request.options.restoration
        let bar = progressOfStages
        try progress(bar.at(.toLatent, 0))

        let enlarged = photo.resized(to: envelope.output).clamped()
        let (coarse, confidence) = try coarse(enlarged, progress: progress)
        let mask = options.keepMask.map { KeepMask($0, size: envelope.output) }
        let means = QualityMap.means(of: confidence, grid)
        let steps: [PatchSteps] =
            sampling == nil ? means.map { _ in .none } : self.steps(means, mask: mask)
        let (prompts, notes) = try prompts(photo, coarse, steps)
        let sampled = try sampled(coarse, steps, prompts, noiseFrom: photo) {
            try progress(bar.at(.sample, $0))
        }
        try checkFinite(sampled.values, network: "patch-dit")

        let ownDetail = try ownDetail ?? self.ownDetail(of: photo)
        func picture(of latent: Latent, progress: (Double) throws -> Void) throws -> Image {
            var picture = try decoded(latent, like: enlarged, progress: progress)
            picture.backProject(to: photo, share: ownDetail)
            picture.clamp()
            return picture
        }
        var image = try picture(of: sampled) { try progress(bar.at(.fromLatent, $0)) }
        if let mask, sampling != nil {
            image = mask.mixed(coarse: try picture(of: coarse) { _ in }, image)
        }
        let maps =
            options.wantsMaps
            ? try RestorationMaps(
                job: self, confidence: confidence, means: means, steps: steps, prompts: prompts)
            : nil
        return Restored(image: image, confidences: means, maps: maps, notes: notes)
    }

    private var progressOfStages: StageProgress { StageProgress(isSampled: sampling != nil) }

    /// What the restoration module makes of the enlarged photo, and how sure it is of each position.
    func coarse(
        _ enlarged: Image, progress: (UpscaleProgress) throws -> Void
    ) throws -> (latent: Latent, confidence: Latent) {
        let policy = envelope.request.options.compute
        let bar = progressOfStages
        let latent = try networks.autoencoder.encode(
            enlarged.mirrored(toWidth: canvas.width, height: canvas.height), policy: policy
        ) { try progress(bar.at(.toLatent, Double($0.done) / Double($0.total))) }
        ps_release_freed_memory()
        let restored = try networks.restoration.restored(latent, policy: policy) {
            try progress(bar.at(.restore, $0))
        }
        ps_release_freed_memory()
        try checkFinite(restored.coarse.values, network: "restoration-module")
        return (restored.coarse, restored.confidence)
    }

    /// Textures and degradation of the patches that are sampled, and what could not be had.
    private func prompts(
        _ photo: Image, _ coarse: Latent, _ steps: [PatchSteps]
    ) throws -> (PatchPrompts, notes: [String]) {
        let options = envelope.request.options.restoration
        let policy = envelope.request.options.compute
        var (prompts, notes) = (PatchPrompts(), [String]())
        let patches = steps.indices.filter { steps[$0] != .none }
        if patches.isEmpty { return (prompts, []) }
        if textureCount > 0, let retrieval = networks.textures {
            prompts.memory = retrieval.memory
            let agreement = try retrieval.memory.agreement(with: options.tags)
            if !options.tags.isEmpty, agreement.count == 0 {
                notes.append("no texture of the memory has one of the photo's tags")
            }
            prompts.textures = try retrieval.textures(
                of: patches, grid, in: coarse, count: textureCount, favouring: agreement,
                weight: options.tagWeight, policy: policy)
        }
        guard options.usesDegradation, let prompter = networks.prompter,
            networks.patchDiT?.configuration.degradationTokens != 0
        else { return (prompts, notes) }
        let overruled = try options.degradation.map(prompter.degrees(saidBy:)) ?? [:]
        if let report = options.degradationReport {
            prompts.degradation = DegradationTokens(
                try prompter.probabilities(of: report), ofEach: centres.count, prompter: prompter,
                overruled: overruled)
            return (prompts, notes)
        }
        guard min(photo.width, photo.height) >= DegradationPrompter.smallestSide else {
            notes.append("the photo is too small to tell how it was degraded")
            return (prompts, notes)
        }
        prompts.degradation = try DegradationTokens(
            of: photo, around: centres, prompter: prompter, overruled: overruled, policy: policy)
        return (prompts, notes)
    }

    /// The coarse latent with what the diffusion adds; the coarse latent itself without diffusion.
    private func sampled(
        _ coarse: Latent, _ steps: [PatchSteps], _ prompts: PatchPrompts, noiseFrom photo: Image,
        progress: (Double) throws -> Void
    ) throws -> Latent {
        guard let sampling else { return coarse }
        let seed = envelope.request.options.restoration.seed
        let draws = photo.pixels.withUnsafeBytes { bytes in
            DrawSource(seed: seed, content: Data(bytes))
        }
        let shape = (side: grid.side, channels: coarse.channels)
        let journal = try journal(coarse, steps, prompts, draws)
        let result = try sampling.run(
            coarse, grid: grid, steps: steps, noise: NoiseField(draws),
            policy: envelope.request.options.compute, journal: journal,
            prompt: { prompts.tokens(of: $0, shape: shape, in: $1) }, progress: progress)
        try journal?.remove()
        ps_release_freed_memory()
        return result
    }

    /// The journal of a photo that takes long, or nil when none is wanted.
    private func journal(
        _ coarse: Latent, _ steps: [PatchSteps], _ prompts: PatchPrompts, _ draws: DrawSource
    ) throws -> SamplingJournal? {
        let options = envelope.request.options
        guard let url = options.restoration.journal,
            steps.reduce(0, { $0 + $1.count }) >= options.restoration.journalFrom
        else { return nil }
        let content = coarse.values.withUnsafeBytes { DrawSource(seed: 0, content: Data($0)) }
        let work = """
            \(networks.fingerprints.sorted { $0.key < $1.key }) \(options.compute.precision)
            \(draws.key) \(content.key) \(sampling?.sampler.rawValue ?? "") \(steps)
            \(prompts.description)
            """
        return try SamplingJournal(url, work: Data(work.utf8))
    }

    /// A latent as a picture of the size and in the colours of the enlarged photo, not clamped.
    private func decoded(
        _ latent: Latent, like enlarged: Image, progress: (Double) throws -> Void
    ) throws -> Image {
        let options = envelope.request.options
        var picture = try networks.autoencoder.decode(latent, policy: options.compute) {
            try progress(Double($0.done) / Double($0.total))
        }
        ps_release_freed_memory()
        try checkFinite(picture.pixels, network: "the autoencoder")
        picture = picture.cropped(x: 0, y: 0, width: enlarged.width, height: enlarged.height)
        picture.takeColours(of: enlarged, by: options.restoration.colour)
        return picture
    }

    private func checkFinite(_ values: [Float], network: String) throws(UpscaleError) {
        guard values.allSatisfy(\.isFinite) else {
            throw .notFinite(
                network: network,
                precision: envelope.request.options.compute.precision.rawValue)
        }
    }
}
