internal import Tensors

extension Tensor {
    /// What a patch's features come to: where, and how rough.
    ///
    /// | value | shape |
    /// |---|---|
    /// | `self` | `[B, H, W, C]`, f32, even H and W |
    /// | result | `[B, 5·C]`: the means of the quadrants, row by row, channel by channel inside of each; then `√(variance + 1e-6)` over the whole |
    ///
    /// Sums are in double precision, pixel after pixel.
    func quadrantSummary(in context: ComputeContext) -> Tensor {
        let (count, height, width, channels) = (shape[0], shape[1], shape[2], shape.last)
        precondition(shape.rank == 4 && height % 2 == 0 && width % 2 == 0, "\(shape)")
        let result = Tensor([count, 5 * channels], in: context)
        var sums = [Double](repeating: 0, count: 5 * channels)
        withUnsafeFloats { source in
            result.withUnsafeMutableFloats { target in
                for image in 0..<count {
                    let features = image * height * width * channels
                    for index in sums.indices { sums[index] = 0 }
                    for pixel in 0..<height * width {
                        let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
                        let quadrant = (2 * y / height * 2 + 2 * x / width) * channels
                        for c in 0..<channels {
                            sums[quadrant + c] += Double(source[features + pixel * channels + c])
                        }
                    }
                    for c in 0..<channels {
                        let whole = (0..<4).reduce(0) { $0 + sums[$1 * channels + c] }
                        let mean = whole / Double(height * width)
                        var squares = 0.0
                        for pixel in 0..<height * width {
                            let x = Double(source[features + pixel * channels + c]) - mean
                            squares += x * x
                        }
                        let variance = squares / Double(height * width)
                        sums[4 * channels + c] = (variance + 1e-6).squareRoot()
                    }
                    let row = image * 5 * channels
                    for index in 0..<4 * channels {
                        target[row + index] = Float(sums[index] * 4 / Double(height * width))
                    }
                    for index in 4 * channels..<5 * channels {
                        target[row + index] = Float(sums[index])
                    }
                }
            }
        }
        return result
    }
}
