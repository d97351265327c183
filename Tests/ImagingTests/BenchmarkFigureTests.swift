import Foundation
import Imaging
import TestSupport
import Testing

/// The figures that every paper on super-resolution starts from.
///
/// If these are right, so is the protocol.
@Suite(
    .enabled(
        if: BenchmarkImages.folder != nil,
        "set PROMPTSCALER_BENCHMARKS to the folder of the benchmark images"))
struct BenchmarkFigureTests {
    @Test(
        "shrinking the originals gives the distributed images, byte for byte",
        arguments: ["Set5", "Set14"], [2, 3, 4])
    func reduction(set: String, scale: Int) throws {
        let pairs = try BenchmarkImages.pairs(set: set, scale: scale)
        #expect(pairs.count == (set == "Set5" ? 5 : 14))
        for pair in pairs {
            let reduced = pair.high.resized(
                width: pair.low.width, height: pair.low.height, quantization: .eightBit)
            let differing = zip(reduced.pixels, pair.low.pixels).count { $0 != $1 }
            #expect(differing == 0, "\(pair.name): \(differing) samples differ")
        }
    }

    @Test(
        "bicubic enlargement scores what papers print",
        arguments: [
            (set: "Set5", scale: 2, psnr: 33.66, ssim: 0.9299),
            (set: "Set5", scale: 3, psnr: 30.39, ssim: 0.8682),
            (set: "Set5", scale: 4, psnr: 28.42, ssim: 0.8104),
            (set: "Set14", scale: 2, psnr: 30.24, ssim: 0.8688),
            (set: "Set14", scale: 3, psnr: 27.55, ssim: 0.7742),
            (set: "Set14", scale: 4, psnr: 26.00, ssim: 0.7027),
        ])
    func bicubic(figure: (set: String, scale: Int, psnr: Double, ssim: Double)) throws {
        let pairs = try BenchmarkImages.pairs(set: figure.set, scale: figure.scale)
        let indices = try pairs.map { pair in
            try QualityIndices(
                reference: pair.high,
                restored: pair.low.resized(width: pair.high.width, height: pair.high.height),
                options: QualityOptions(channel: .y, border: figure.scale))
        }
        let psnr = indices.map(\.psnr).reduce(0, +) / Double(indices.count)
        let ssim = indices.map(\.ssim).reduce(0, +) / Double(indices.count)
        #expect(abs(psnr - figure.psnr) < 0.02, "PSNR \(psnr) dB")
        #expect(abs(ssim - figure.ssim) < 0.001, "SSIM \(ssim)")
    }
}
