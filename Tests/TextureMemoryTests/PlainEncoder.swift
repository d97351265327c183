import Foundation
import Imaging
import Synchronization
import TestSupport

@testable import TextureMemory

/// An encoder without networks: a latent pixel is the mean colour of 8×8 pixels, and a key is a
/// fixed projection of the value.
struct PlainEncoder: PatchEncoder {
    var shape = PatchShape(side: 4, channels: 3, keySize: 12, downsampling: 8)
    var fingerprint = EncoderFingerprint(
        autoencoder: String(repeating: "a", count: 64),
        classifier: String(repeating: "c", count: 64))
    /// Counts the patches encoded, and may end the work.
    var willEncode: @Sendable (Int) throws -> Void = { _ in }

    func makeWorker() throws -> any PatchWorker {
        var random = SplitMix(seed: 1)
        let projection = random.floats(shape.keySize * shape.valueSize)
        return Worker(shape: shape, projection: projection, willEncode: willEncode)
    }

    struct Worker: PatchWorker {
        let shape: PatchShape
        let projection: [Float]
        let willEncode: @Sendable (Int) throws -> Void

        func values(at positions: [PatchPosition], of image: Image) throws -> [Float] {
            try willEncode(positions.count)
            let f = shape.downsampling
            return positions.flatMap { position in
                (0..<shape.side * shape.side).flatMap { latent -> [Float] in
                    let cell = image.cropped(
                        x: position.x + latent % shape.side * f,
                        y: position.y + latent / shape.side * f, width: f, height: f)
                    return (0..<3).map { channel in
                        let sum = stride(from: channel, to: cell.pixels.count, by: 3)
                            .reduce(Float(0)) { $0 + cell.pixels[$1] }
                        return 2 * sum / Float(f * f) - 1
                    }
                }
            }
        }

        func keys(of values: [Float]) -> [Float] {
            let size = shape.valueSize
            return stride(from: 0, to: values.count, by: size).flatMap { start -> [Float] in
                let raw = (0..<shape.keySize).map { key in
                    (0..<size).reduce(Float(0.1)) {
                        $0 + values[start + $1] * projection[key * size + $1]
                    }
                }
                let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
                return raw.map { $0 / length }
            }
        }

        func pictures(of values: [Float]) -> [Image] {
            let (size, side) = (shape.valueSize, shape.sidePixels)
            return stride(from: 0, to: values.count, by: size).map { start in
                var image = Image(width: side, height: side, channels: .rgb, filledWith: 0)
                for pixel in 0..<side * side {
                    let (x, y) = (pixel % side, pixel / side)
                    let latent = y / shape.downsampling * shape.side + x / shape.downsampling
                    for c in 0..<3 {
                        image.pixels[pixel * 3 + c] = (values[start + latent * 3 + c] + 1) / 2
                    }
                }
                return image
            }
        }
    }
}

extension TemporaryFolder {
    /// Writes pictures of coloured noise at several scales, each from its own seed.
    func writeCorpus(
        _ name: String = "corpus", pictures: Int = 6, width: Int = 200, height: Int = 168,
        seed: UInt64 = 0, base: Float = 0.5
    ) throws -> String {
        for number in 0..<pictures {
            let image = TestTexture.noise(
                width: width, height: height, seed: seed + UInt64(number), base: base)
            try write(
                ImageFile.encode(image, as: .png), "\(name)/\(String(format: "%02d", number)).png")
        }
        return path(name)
    }
}

/// Pictures with something to see everywhere.
enum TestTexture {
    /// Noise of three scales in random colours around a grey.
    static func noise(width: Int, height: Int, seed: UInt64, base: Float = 0.5) -> Image {
        var random = SplitMix(seed: seed &* 0x9E37_79B9 &+ 17)
        var image = Image(width: width, height: height, channels: .rgb, filledWith: base)
        for scale in [32, 8, 2] {
            let (columns, rows) = (width / scale + 2, height / scale + 2)
            let grid = random.floats(columns * rows * 3, in: -0.15...0.15)
            for y in 0..<height {
                for x in 0..<width {
                    let cell = ((y / scale) * columns + x / scale) * 3
                    for c in 0..<3 { image.pixels[(y * width + x) * 3 + c] += grid[cell + c] }
                }
            }
        }
        return image.clamped()
    }
}
