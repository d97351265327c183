import Foundation
import Tensors

/// Slow and obvious arithmetic in double precision, against which the layers are held.
enum Reference {
    static func linear(
        _ x: [Float], _ weight: [Float], _ bias: [Float]?, inputs: Int, outputs: Int
    ) -> [Double] {
        (0..<x.count / inputs).flatMap { row in
            (0..<outputs).map { column in
                (0..<inputs).reduce(Double(bias?[column] ?? 0)) { sum, k in
                    sum + Double(x[row * inputs + k]) * Double(weight[column * inputs + k])
                }
            }
        }
    }

    /// Channels last in and out; weights in PyTorch's order.
    static func convolution(
        _ x: [Float], height: Int, width: Int, _ weight: [Float], _ bias: [Float],
        _ g: Convolution.Geometry
    ) -> [Double] {
        let (perGroup, outPerGroup) = (g.inputs / g.groups, g.outputs / g.groups)
        var result: [Double] = []
        for y in 0..<g.outputSize(height) {
            for column in 0..<g.outputSize(width) {
                for output in 0..<g.outputs {
                    var sum = Double(bias[output])
                    for ky in 0..<g.kernel {
                        for kx in 0..<g.kernel {
                            let iy = y * g.stride - g.padding + ky * g.dilation
                            let ix = column * g.stride - g.padding + kx * g.dilation
                            guard 0..<height ~= iy, 0..<width ~= ix else { continue }
                            for k in 0..<perGroup {
                                let channel = output / outPerGroup * perGroup + k
                                let tap = ((output * perGroup + k) * g.kernel + ky) * g.kernel + kx
                                sum +=
                                    Double(x[(iy * width + ix) * g.inputs + channel])
                                    * Double(weight[tap])
                            }
                        }
                    }
                    result.append(sum)
                }
            }
        }
        return result
    }

    static func activation(_ activation: Activation, _ x: Double) -> Double {
        switch activation {
        case .relu: max(x, 0)
        case .geluTanh: 0.5 * x * (1 + tanh((2 / .pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .geluErf: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
        case .swish: x / (1 + exp(-x))
        }
    }

    static func layerNorm(
        _ x: [Float], gain: [Float], shift: [Float], epsilon: Double
    ) -> [Double] {
        stride(from: 0, to: x.count, by: gain.count).flatMap { start in
            let row = x[start..<start + gain.count].map(Double.init)
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            return row.indices.map {
                (row[$0] - mean) / (variance + epsilon).squareRoot() * Double(gain[$0])
                    + Double(shift[$0])
            }
        }
    }

    /// What is left of a number in bf16.
    static func bf16(_ value: Float) -> Float {
        let bits = value.bitPattern
        return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
    }
}
