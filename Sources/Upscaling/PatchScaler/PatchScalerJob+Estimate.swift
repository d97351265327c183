internal import Autoencoding
internal import Diffusion
internal import Foundation
internal import Imaging
internal import Tensors

extension PatchScalerJob {
    /// Seconds that the job will take, from doing a part of the photo, its middle.
    ///
    /// The part has as many patches as make full batches for all threads: with fewer, some threads would
    /// wait, as they do not in a large photo. It is done twice, and the second run counts: the first
    /// prepares kernels. How long a photo takes depends on how difficult it is, so the photo itself has
    /// to be looked at.
    func estimateSeconds() throws -> Double {
        let (input, output) = (envelope.input, envelope.output)
        let decoded = try envelope.decoded()
        let photo = SplitImage(decoded.image).colours.convertedToColour()
        let (columns, threads) = (8, envelope.request.options.compute.threads)
        let rows = (PatchSampling.batchSize * threads + columns - 1) / columns
        func part(_ input: Int, _ output: Int, patches: Int) -> Int {
            min(input, max(1, input * pixels(ofPatches: patches) / max(1, output)))
        }
        let width = part(input.width, output.width, patches: columns)
        let height = part(input.height, output.height, patches: rows)
        let crop = photo.cropped(
            x: (input.width - width) / 2, y: (input.height - height) / 2, width: width,
            height: height)
        var request = envelope.request.options
        request.target = .size(
            PixelSize(
                width: max(width, output.width * width / input.width),
                height: max(height, output.height * height / input.height)))
        request.restoration.keepMask = nil
        let job = try PatchScalerJob(
            UpscaleRequest(
                source: try ImageFile.encode(crop, as: .png), name: envelope.request.name,
                format: .png, options: request), networks: networks)
        _ = try job.restore(crop)
        let seconds = try ContinuousClock().measure { _ = try job.restore(crop) } / .seconds(1)
        return seconds * Double(plan.networkPixels) / Double(job.plan.networkPixels)
    }

    /// Pixels of the result that this many patches in a row cover.
    private func pixels(ofPatches count: Int) -> Int {
        let c = networks.patchDiT?.configuration ?? PatchDiTConfiguration()
        return networks.autoencoder.downsampling * (c.patchSide + (count - 1) * c.sampling.stride)
    }
}
