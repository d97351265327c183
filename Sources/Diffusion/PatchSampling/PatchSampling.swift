public import Autoencoding
internal import Regions
public import Tensors

/// Patch-adaptive sampling: every patch of a photo with its own steps, in batches of patches that
/// have the same.
///
/// Source: PatchScaler, section 3.2 (PGS). Patches are blended at the end, as in the paper: those of
/// one neighbourhood may be at different steps, so there is no common moment before it. They agree
/// where they overlap as far as their noise and coarse latents do, which are cut from one field.
public struct PatchSampling: Sendable {
    /// The network.
    public let network: PatchDiT

    /// How its answers become a sample.
    public let sampler: Sampler

    /// Patches that go through the network together, at most.
    let batchSize: Int

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - sampler: The sampler; nil for that of the network's configuration.
    ///   - batchSize: See ``batchSize``; it changes speed and memory.
    public init(_ network: PatchDiT, sampler: Sampler? = nil, batchSize: Int = 16) {
        precondition(batchSize > 0, "batches of \(batchSize) patches")
        self.network = network
        self.sampler = sampler ?? network.configuration.sampling.sampler
        self.batchSize = batchSize
    }

    /// Patches that are sampled together.
    struct Batch: Sendable, Equatable {
        let steps: PatchSteps
        let patches: [Int]
    }

    /// Samples all patches and blends them.
    ///
    /// - Parameters:
    ///   - coarse: The coarse latent of the photo, `[h, w, c]`.
    ///   - grid: Its patches.
    ///   - steps: The steps of each patch; patches with ``PatchSteps/none`` stay coarse.
    ///   - noise: The noise of the photo.
    ///   - policy: Precision, and how many batches are worked on at the same time. The result's bytes
    ///     do not depend on the number of threads.
    ///   - journal: Where batches are written when they are done, and read when they were done before;
    ///     nil for nowhere. The result has the same bytes.
    ///   - prompt: Gives the prompt of some patches; called on several threads.
    ///   - progress: Called after each batch with the share that is done; what it throws stops the
    ///     work.
    /// - Returns: `[h, w, c]`.
    /// - Throws: ``Tensors/ComputeError`` when this processor cannot run the network, and what
    ///   `prompt` and `progress` throw.
    public func run(
        _ coarse: Latent, grid: PatchGrid, steps: [PatchSteps], noise: NoiseField,
        policy: ComputePolicy, journal: SamplingJournal? = nil,
        prompt: @escaping @Sendable ([Int], ComputeContext) throws -> PromptTokens,
        progress: (Double) throws -> Void = { _ in }
    ) throws -> Latent {
        precondition(
            steps.count == grid.count && coarse.channels == network.configuration.latentChannels
                && grid.side == network.configuration.patchSide,
            "\(steps.count) steps for \(grid.count) patches of \(coarse.channels) channels")
        let batches = batches(steps)
        let total = batches.reduce(0) { $0 + $1.work }
        let known = journal?.known ?? []
        var (result, done) = (coarse, 0)
        try OrderedWorkers.run(count: batches.count, threads: policy.threads) {
            let context = try ComputeContext(policy: policy)
            return { number in
                if known.contains(number) { return nil }
                let batch = batches[number]
                let tokens = try prompt(batch.patches, context)
                return try differences(batch, of: coarse, grid, noise, tokens, in: context)
            }
        } use: { (number, made: [Float]?) in
            if let made { try journal?.add(made, of: number) }
            guard let differences = made ?? journal?.numbers(of: number),
                differences.count == batches[number].patches.count * grid.side * grid.side
                    * coarse.channels
            else { throw SamplingError.foreignJournal }
            result.blend(differences, at: batches[number].patches, grid)
            done += batches[number].work
            try progress(Double(done) / Double(total))
        }
        return result
    }

    /// Batches of patches with equal steps, those that take longest first.
    ///
    /// The batches of a group are equally large, and four or a multiple of it where there are patches enough, so
    /// that no thread waits long for another at the end. They do not depend on the number of threads: a
    /// journal fits whoever goes on with it.
    func batches(_ steps: [PatchSteps]) -> [Batch] {
        let groups = Dictionary(grouping: steps.indices.filter { steps[$0].count > 0 }) {
            steps[$0]
        }
        let order = groups.keys.sorted { ($0.count, $0.tau) > ($1.count, $1.tau) }
        return order.flatMap { key in
            let patches = groups[key] ?? []
            let least = (patches.count + batchSize - 1) / batchSize
            let count = max(least, min((least + 3) / 4 * 4, patches.count / 4))
            return (0..<count).map { number in
                let start = number * patches.count / count
                let end = (number + 1) * patches.count / count
                return Batch(steps: key, patches: Array(patches[start..<end]))
            }
        }
    }

    /// What sampling adds to the coarse latents of a batch, `[B, V, V, c]`.
    private func differences(
        _ batch: Batch, of coarse: Latent, _ grid: PatchGrid, _ noise: NoiseField,
        _ tokens: PromptTokens, in context: ComputeContext
    ) throws -> [Float] {
        let (v, c) = (grid.side, coarse.channels)
        let places = batch.patches.map(grid.rectangle)
        let shape: Shape = [places.count, v, v, c]
        func drawn(_ field: NoiseField) -> Tensor {
            let values = places.flatMap {
                field.patch(x: $0.x, y: $0.y, side: v, channels: c)
            }
            return Tensor(values, shape, in: context)
        }
        let patches = Tensor(
            places.flatMap { coarse.cropped(to: $0).values }, shape, in: context)
        let denoiser = try PatchDenoiser(network, coarse: patches, prompt: tokens, in: context)
        let start = drawn(noise)
        // Equation (6): of the difference only the noise is there at τ.
        start.combine(denoiser.schedule.noise(batch.steps.tau), with: nil, 0)
        let plan = StepPlan(from: batch.steps.tau, count: batch.steps.count)
        return try sampler.sample(from: start, plan: plan, denoiser: denoiser) {
            drawn(noise.fresh(at: $0))
        }.values
    }
}

/// Why sampling cannot go on.
public enum SamplingError: Error, Equatable, CustomStringConvertible {
    /// A batch in the journal has another size than this work gives it.
    case foreignJournal

    /// What is wrong and what to do.
    public var description: String {
        "the record of an interrupted run does not fit to this one; remove it and start again"
    }
}

extension PatchSampling.Batch {
    /// How often the network is asked for a patch, over all patches.
    fileprivate var work: Int { steps.count * patches.count }
}

extension Latent {
    /// Adds what was sampled for some patches, each as much as it counts at a place.
    fileprivate mutating func blend(_ differences: [Float], at patches: [Int], _ grid: PatchGrid) {
        let (width, channels) = (width, channels)
        var next = 0
        for patch in patches {
            let (place, weights) = (grid.rectangle(patch), grid.weights(patch))
            for (position, weight) in weights.enumerated() {
                let (row, column) = position.quotientAndRemainder(dividingBy: grid.side)
                let target = ((place.y + row) * width + place.x + column) * channels
                for channel in 0..<channels {
                    values[target + channel] += weight * differences[next + channel]
                }
                next += channels
            }
        }
    }
}
