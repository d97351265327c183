import Imaging
import Tensors

@testable import Upscaling

/// A network of known behaviour: it repeats every pixel, and can be told to fail.
struct EnlargingNetwork: RegionNetwork {
    enum Fault: Error { case onPurpose }

    let name = "repeat"
    let fingerprint = "0"
    let footprint = NetworkFootprint(fixedBytes: 1_000, bytesPerRegionPixel: 10)
    var scale = 2
    /// Added to every sample.
    var offset: Float = 0
    var throwsError = false

    func makeWorker(policy: ComputePolicy) throws -> (Image) throws -> Image {
        { region in
            if throwsError { throw Fault.onPurpose }
            var result = Image(
                width: region.width * scale, height: region.height * scale, channels: .rgb,
                filledWith: 0)
            for y in 0..<result.height {
                for x in 0..<result.width {
                    for c in 0..<3 {
                        let source = (y / scale * region.width + x / scale) * 3 + c
                        result.pixels[(y * result.width + x) * 3 + c] =
                            region.pixels[source] + offset
                    }
                }
            }
            return result
        }
    }

    /// A shelf with this network at one scale.
    var shelf: NetworkShelf { NetworkShelf(scales: [scale]) { _ in self } }
}
