internal import Foundation
internal import Imaging

extension PatchScalerJob {
    /// Seconds that the job will take, from doing a part of the photo: its middle, 640×640 pixels of
    /// the result at most.
    ///
    /// The part is done twice, and the second run counts: the first prepares kernels. How long a
    /// photo takes depends on how difficult it is, so the photo itself has to be looked at.
    func estimateSeconds() throws -> Double {
        let (input, output, most) = (envelope.input, envelope.output, 640)
        let decoded = try envelope.decoded()
        let photo = SplitImage(decoded.image).colours.convertedToColour()
        func part(_ input: Int, _ output: Int) -> Int {
            min(input, max(1, input * most / max(1, output)))
        }
        let (width, height) = (part(input.width, output.width), part(input.height, output.height))
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
}
