internal import Autoencoding
internal import Diffusion
internal import Imaging
internal import Tensors

/// One request to PatchScaler with all that follows from the file's header.
struct PatchScalerJob {
    let envelope: JobEnvelope
    let networks: PatchScalerNetworks
    /// The size that the networks work at: that of the result, and a little more so that patches fit.
    let canvas: PixelSize
    let grid: PatchGrid
    /// Nil when only the coarse result is wanted.
    let sampling: PatchSampling?
    let schedule: PatchSchedule
    let fidelity: Double
    /// K; 0 for no textures.
    let textureCount: Int
    let plan: JobPlan

    /// The largest factor by which a side may grow.
    static let largestFactor = 8

    /// - Throws: What makes the job impossible, except a lack of memory.
    init(_ request: UpscaleRequest, networks: PatchScalerNetworks) throws {
        let (envelope, options) = (try JobEnvelope(request), request.options.restoration)
        try Self.checkSize(envelope)
        let network = networks.patchDiT
        let c = network?.configuration ?? PatchDiTConfiguration()
        fidelity = options.fidelity ?? (network == nil ? 1 : 0)
        if fidelity < 1, let absence = networks.absence { throw absence }
        if let mask = options.keepMask {
            let size = PixelSize(width: mask.width, height: mask.height)
            guard size == envelope.input || size == envelope.output else {
                throw UpscaleError.badMask(
                    mask: size, input: envelope.input, output: envelope.output)
            }
        }
        textureCount =
            networks.textures == nil ? 0 : min(options.textureCount ?? c.textures, c.textures)
        if let asked = options.textureCount, asked > c.textures {
            throw UpscaleError.badRestoration(
                reason: "the network was trained with \(c.textures) textures a patch, not \(asked)")
        }
        schedule = try options.schedule(of: c.sampling)
        sampling = fidelity < 1 ? network.map { PatchSampling($0, sampler: options.sampler) } : nil
        let f = networks.autoencoder.downsampling
        let (multiple, least) = (f * RestorationModule.stride, f * c.patchSide)
        func side(_ extent: Int) -> Int {
            max(least, (extent + multiple - 1) / multiple * multiple)
        }
        canvas = PixelSize(
            width: side(envelope.output.width), height: side(envelope.output.height))
        grid = PatchGrid(
            width: canvas.width / f, height: canvas.height / f, side: c.patchSide,
            stride: c.sampling.stride)
        self.envelope = envelope
        self.networks = networks
        let threads = request.options.compute.threads
        let memory = RestorationMemory(
            input: envelope.input, canvas: canvas, output: envelope.output,
            channels: envelope.channels.count, hasAlpha: envelope.channels.hasAlpha,
            sampleBytes: envelope.encoding.bitsPerSample / 8, fileBytes: request.source.count,
            decodings: options.keepMask == nil || sampling == nil ? 1 : 2,
            workers: threads,
            tilePixels: networks.autoencoder.pixelsInWork(
                width: canvas.width, height: canvas.height, threads: threads),
            isSampled: sampling != nil, policy: request.options.compute)
        plan = JobPlan(
            input: envelope.input, output: envelope.output,
            network: sampling == nil ? "restoration-module" : "patch-dit", networkScale: nil,
            region: PixelSize(width: least, height: least), regions: grid.count,
            networkPixels: grid.count * least * least, stages: memory.stages)
    }

    /// The photo may stay as large as it is, and no side may grow more than ``largestFactor`` times.
    private static func checkSize(_ envelope: JobEnvelope) throws(UpscaleError) {
        let (input, output) = (envelope.input, envelope.output)
        guard output.width >= input.width, output.height >= input.height else {
            throw .notLarger(input: input, output: output)
        }
        let factor = max(
            Double(output.width) / Double(input.width),
            Double(output.height) / Double(input.height))
        guard factor <= Double(largestFactor) else {
            throw .scaleTooLarge(asked: factor, largest: largestFactor)
        }
    }

    /// The schedule of each patch; those that the mask covers stay coarse.
    func steps(_ confidences: [Double], mask: KeepMask?) -> [PatchSteps] {
        let f = networks.autoencoder.downsampling
        return confidences.enumerated().map { patch, confidence in
            if let mask, mask.covers(grid.rectangle(patch), times: f) { return .none }
            return schedule.steps(confidence: confidence, fidelity: fidelity)
        }
    }

    /// The centre of each patch in pixels of the photo.
    var centres: [(x: Double, y: Double)] {
        let f = Double(networks.autoencoder.downsampling)
        let (input, output) = (envelope.input, envelope.output)
        let across = f * Double(input.width) / Double(output.width)
        let down = f * Double(input.height) / Double(output.height)
        return (0..<grid.count).map { patch in
            let place = grid.rectangle(patch)
            let half = Double(grid.side) / 2
            return ((Double(place.x) + half) * across, (Double(place.y) + half) * down)
        }
    }
}
