internal import Diffusion
internal import Foundation
internal import Imaging

extension PatchScalerJob {
    /// Seconds that the job will take, from doing parts of the photo.
    ///
    /// Its middle is done with all patches alike, as the hardest, so that its batches are as full as those of the
    /// whole photo: with one step, and with ``manySteps``. The difference is what a step of a patch takes, and the
    /// rest is for everything else. What the first trial takes more than the same one again is what preparing kernels
    /// and weights takes, which a job does once.
    ///
    /// How many steps the patches need follows from how sure the restoration module is of the middle and of eight
    /// places around it. Pieces seem easier than they are in the photo, so where sampling all patches would take
    /// longer than all else it is asked about the whole photo.
    func estimateSeconds() throws -> Double {
        let photo = SplitImage(try envelope.decoded().image).colours.convertedToColour()
        let middle = piece(of: photo, side: 640, across: 0.5, down: 0.5)
        let first = try trial(on: middle, steps: 1)
        let few = try trial(on: middle, steps: 1)
        let preparation = max(0, first.seconds - few.seconds)
        let scale = Double(canvas.width * canvas.height) / Double(few.pixels)
        if sampling == nil { return preparation + few.seconds * scale }

        let many = try trial(on: middle, steps: Self.manySteps)
        let step = max(0, many.seconds - few.seconds) / Double(max(1, many.calls - few.calls))
        let rest = max(0, few.seconds - step * Double(few.calls))
        let isWhole = middle.width == photo.width && middle.height == photo.height
        let hardest = Double(calls([0])) * step * Double(grid.count)
        let places =
            if isWhole {
                [few.confidences]
            } else if hardest > rest * scale {
                [try confidences(of: photo)]
            } else {
                [few.confidences] + (try confidencesAround(middleOf: photo))
            }
        let callsOfPatch =
            places.map { Double(calls($0)) / Double($0.count) }
            .reduce(0, +) / Double(places.count)
        return preparation + rest * scale + step * callsOfPatch * Double(grid.count)
    }

    private static let manySteps = 5

    /// A part of the photo that was done.
    private struct Trial {
        let seconds: Double
        /// The mean confidence of each patch.
        let confidences: [Double]
        /// How often the network was asked for a patch.
        let calls: Int
        /// Of the result, as the networks see it.
        let pixels: Int
    }

    private func trial(on crop: Image, steps: Int) throws -> Trial {
        let job = try job(on: crop) {
            $0.grouping = .uniform
            $0.steps = steps
        }
        let start = ContinuousClock.now
        let restored = try job.restore(crop)
        _ = try ImageFile.encode(restored.image, as: envelope.format, options: envelope.encoding)
        return Trial(
            seconds: start.duration(to: .now) / .seconds(1), confidences: restored.confidences,
            calls: job.calls(restored.confidences), pixels: job.canvas.width * job.canvas.height)
    }

    /// How often the network is asked for patches of such confidence.
    private func calls(_ confidences: [Double]) -> Int {
        steps(confidences, mask: nil).reduce(0) { $0 + $1.count }
    }

    /// The mean confidence of the patches at the corners, and between them at the edges.
    private func confidencesAround(middleOf photo: Image) throws -> [[Double]] {
        let shares = [0, 0.5, 1]
        let places: [(Double, Double)] = shares.flatMap { across in shares.map { (across, $0) } }
        return try places.filter { $0 != (0.5, 0.5) }.map { across, down in
            let crop = piece(of: photo, side: 320, across: across, down: down)
            return try job(on: crop) { _ in }.confidences(of: crop)
        }
    }

    /// The mean confidence of each patch of the photo that this job is about.
    private func confidences(of photo: Image) throws -> [Double] {
        let enlarged = photo.resized(to: envelope.output).clamped()
        return QualityMap.means(of: try coarse(enlarged) { _ in }.confidence, grid)
    }

    /// A part of the photo whose result has sides of at most `side` pixels; it lies so far `across` and `down`,
    /// from 0 for the left and upper edge to 1 for the others.
    private func piece(of photo: Image, side: Int, across: Double, down: Double) -> Image {
        let (input, output) = (envelope.input, envelope.output)
        let width = min(input.width, max(1, input.width * side / output.width))
        let height = min(input.height, max(1, input.height * side / output.height))
        return photo.cropped(
            x: Int(Double(input.width - width) * across),
            y: Int(Double(input.height - height) * down), width: width, height: height)
    }

    /// This job on a part of the photo.
    private func job(
        on crop: Image, change: (inout RestorationOptions) -> Void
    ) throws -> PatchScalerJob {
        let (input, output) = (envelope.input, envelope.output)
        var options = envelope.request.options
        options.target = .size(
            PixelSize(
                width: max(crop.width, output.width * crop.width / input.width),
                height: max(crop.height, output.height * crop.height / input.height)))
        options.restoration.keepMask = nil
        change(&options.restoration)
        return try PatchScalerJob(
            UpscaleRequest(
                source: try ImageFile.encode(crop, as: .png), name: envelope.request.name,
                format: .png, options: options), networks: networks)
    }
}
