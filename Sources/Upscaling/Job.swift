internal import Foundation
internal import Imaging
internal import Regions
internal import Tensors

/// One request with everything that follows from the file's header.
struct Job {
    let envelope: JobEnvelope
    let network: any RegionNetwork
    let grid: RegionGrid
    let plan: JobPlan

    /// - Throws: What makes the job impossible, except a lack of memory.
    init(_ request: UpscaleRequest, networks: NetworkShelf) throws {
        envelope = try JobEnvelope(request)
        let (input, output, options) = (envelope.input, envelope.output, request.options)
        let scale = try networks.smallestScale(from: input, to: output)
        network = try networks.network(scale: scale)
        grid = RegionGrid(width: input.width, height: input.height, options: options.regions)

        let memory = StageMemory(
            input: input,
            network: PixelSize(width: input.width * scale, height: input.height * scale),
            output: output, channels: envelope.channels.rawValue,
            hasAlpha: envelope.channels.hasAlpha,
            sampleBytes: envelope.encoding.bitsPerSample / 8,
            fileBytes: request.source.count, regionPixels: grid.regionPixels,
            workers: min(options.compute.threads, grid.count),
            footprint: network.footprint)
        plan = JobPlan(
            input: input, output: output, network: network.name, networkScale: scale,
            region: PixelSize(width: grid.columns.length, height: grid.rows.length),
            regions: grid.count, networkPixels: grid.networkPixels, stages: memory.stages)
    }

    /// The network over all regions of the picture.
    func enlarge(_ image: Image, progress: (UpscaleProgress) throws -> Void) throws -> Image {
        let network = network
        let policy = envelope.request.options.compute
        let (total, scale) = (grid.count, plan.networkScale ?? 1)
        let workers = workers
        try progress(UpscaleProgress(completed: 0, total: total))
        return try grid.enlarge(image, scale: scale, threads: workers) {
            let worker = try network.makeWorker(policy: policy)
            return { region in
                let result = try worker(region)
                guard result.pixels.allSatisfy(\.isFinite) else {
                    throw UpscaleError.notFinite(
                        network: network.name, precision: policy.precision.rawValue)
                }
                return result
            }
        } regionDone: { completed in
            try progress(UpscaleProgress(completed: completed, total: total))
        }
    }

    /// Regions that are worked on at the same time.
    private var workers: Int { min(envelope.request.options.compute.threads, grid.count) }

    /// Seconds that the network will take, from timing it on one small region for each worker.
    ///
    /// The first run is not counted: it prepares kernels. Decoding and encoding are left out, as
    /// they take hundredths of the time.
    func estimateSeconds() throws -> Double {
        let network = network
        let policy = envelope.request.options.compute
        let region = Image(
            width: min(grid.columns.length, 96), height: min(grid.rows.length, 96), channels: .rgb,
            filledWith: 0.5)
        var seconds = 0.0
        let workers = workers
        // All at once, because together they are slower than one alone.
        try OrderedWorkers.run(count: workers, threads: workers) {
            let worker = try network.makeWorker(policy: policy)
            return { _ in
                _ = try worker(region)
                let duration = try ContinuousClock().measure { _ = try worker(region) }
                return duration / .seconds(1)
            }
        } use: { _, duration in
            seconds = max(seconds, duration)
        }
        let pixelsPerSecond = Double(region.width * region.height * workers) / seconds
        return Double(plan.networkPixels) / pixelsPerSecond
    }
}
