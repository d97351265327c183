internal import Foundation
internal import Tensors

/// A small piece of work for one kernel, whose result is known from slow arithmetic in double.
struct KernelCheck {
    /// What a check found.
    struct Outcome {
        /// The largest difference from the expected values.
        let error: Double
        /// Speed on one thread, best of some runs; nil where arithmetic does not count.
        var gigaflops: Double?
    }

    let name: String
    /// The largest error that rounding explains, for values of about 1.
    let tolerance: Double
    let run: () throws -> Outcome

    static var all: [KernelCheck] {
        var checks: [KernelCheck] = []
        for precision in ComputePolicy.Precision.allCases {
            // bf16 keeps 8 significant bits of each factor; sums of these values stay below 4.
            let tolerance = precision == .f32 ? 1e-4 : 5e-2
            checks.append(
                KernelCheck(name: "convolution, \(precision.rawValue)", tolerance: tolerance) {
                    try convolution(precision)
                })
            checks.append(
                KernelCheck(name: "matrix product, \(precision.rawValue)", tolerance: tolerance) {
                    try linear(precision)
                })
        }
        checks.append(KernelCheck(name: "layer norm", tolerance: 1e-4, run: layerNorm))
        checks.append(
            KernelCheck(name: "attention in groups", tolerance: 1e-4, run: groupedAttention))
        checks.append(KernelCheck(name: "anchor attention", tolerance: 1e-4, run: anchorAttention))
        return checks
    }

    /// 3×3, 48 to 48 channels on 64×64 pixels; every 97th value is compared.
    private static func convolution(_ precision: ComputePolicy.Precision) throws -> Outcome {
        let (side, channels) = (64, 48)
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: precision))
        let x = values(side * side * channels, seed: 1)
        let weight = values(channels * channels * 9, seed: 2).map { $0 * 0.1 }
        let layer = Convolution(
            weight: weight, bias: nil,
            Convolution.Geometry(inputs: channels, outputs: channels, kernel: 3, padding: 1))
        let input = Tensor(x, [1, side, side, channels], in: context)
            .converted(to: context.elementType, in: context)
        let result = try layer(input, output: .f32, in: context).values
        var worst = 0.0
        for index in stride(from: 0, to: result.count, by: 97) {
            let (pixel, output) = index.quotientAndRemainder(dividingBy: channels)
            let (y, column) = pixel.quotientAndRemainder(dividingBy: side)
            var sum = 0.0
            for dy in 0..<3 where (0..<side).contains(y + dy - 1) {
                for dx in 0..<3 where (0..<side).contains(column + dx - 1) {
                    let from = ((y + dy - 1) * side + column + dx - 1) * channels
                    for input in 0..<channels {
                        let w = weight[(output * channels + input) * 9 + dy * 3 + dx]
                        sum += Double(x[from + input]) * Double(w)
                    }
                }
            }
            worst = max(worst, abs(sum - Double(result[index])))
        }
        let speed = try gigaflops(2 * 9 * side * side * channels * channels) {
            _ = try layer(input, output: .f32, in: context)
        }
        return Outcome(error: worst, gigaflops: speed)
    }

    /// 4096 rows of 48 values to 48; every 97th value is compared.
    private static func linear(_ precision: ComputePolicy.Precision) throws -> Outcome {
        let (rows, width) = (4096, 48)
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: precision))
        let x = values(rows * width, seed: 3)
        let weight = values(width * width, seed: 4).map { $0 * 0.2 }
        let layer = Linear(weight: weight, bias: nil, in: width, out: width)
        let input = Tensor(x, [rows, width], in: context)
            .converted(to: context.elementType, in: context)
        let result = try layer(input, output: .f32, in: context).values
        var worst = 0.0
        for index in stride(from: 0, to: result.count, by: 97) {
            let (row, output) = index.quotientAndRemainder(dividingBy: width)
            let sum = (0..<width).reduce(0.0) {
                $0 + Double(x[row * width + $1]) * Double(weight[output * width + $1])
            }
            worst = max(worst, abs(sum - Double(result[index])))
        }
        let speed = try gigaflops(2 * rows * width * width) {
            _ = try layer(input, output: .f32, in: context)
        }
        return Outcome(error: worst, gigaflops: speed)
    }

    private static func layerNorm() throws -> Outcome {
        let (rows, width) = (1024, 48)
        let context = try ComputeContext(policy: ComputePolicy(threads: 1, precision: .f32))
        let x = values(rows * width, seed: 5)
        let layer = LayerNorm(
            gain: [Float](repeating: 1, count: width), shift: [Float](repeating: 0, count: width))
        let result = layer(Tensor(x, [rows, width], in: context), in: context).values
        var worst = 0.0
        for row in 0..<rows {
            let line = x[row * width..<(row + 1) * width].map(Double.init)
            let mean = line.reduce(0, +) / Double(width)
            let variance = line.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            for (column, value) in line.enumerated() {
                let expected = (value - mean) / (variance + 1e-5).squareRoot()
                worst = max(worst, abs(expected - Double(result[row * width + column])))
            }
        }
        return Outcome(error: worst)
    }

    /// Repeats some work for a twentieth of a second; the best run counts.
    static func gigaflops(_ operations: Int, _ work: () throws -> Void) throws -> Double {
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(50)
        var best = Double.infinity
        repeat { best = min(best, try clock.measure(work) / .seconds(1)) } while clock.now < end
        return Double(operations) / best / 1e9
    }

    /// Values in -1…1 that look random and are the same everywhere.
    static func values(_ count: Int, seed: UInt32) -> [Float] {
        var state = seed &* 2_654_435_761
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(Int32(bitPattern: state)) / Float(Int32.max)
        }
    }
}
