internal import Imaging
internal import Tensors

extension Image {
    /// The features that a photo has along its height and width, ⌈H/8⌉ and ⌈W/8⌉.
    var featureSize: (height: Int, width: Int) {
        let stride = IRPAD.stride
        return ((height + stride - 1) / stride, (width + stride - 1) / stride)
    }

    /// The pixels of a region of features, `[1, H, W, 3]`.
    ///
    /// Grey becomes three equal channels, alpha is
    /// left out, and beyond the last row and column these are repeated.
    func tensor(of region: FeatureWindow, in context: ComputeContext) -> Tensor {
        let (stride, channels) = (IRPAD.stride, channels.count)
        let (rows, columns) = (region.rows.count * stride, region.columns.count * stride)
        let colours = self.channels.colourCount == 3 ? [0, 1, 2] : [0, 0, 0]
        let result = Tensor([1, rows, columns, 3], in: context)
        pixels.withUnsafeBufferPointer { source in
            result.withUnsafeMutableFloats { target in
                for row in 0..<rows {
                    let y = min(region.rows.lowerBound * stride + row, height - 1)
                    for column in 0..<columns {
                        let x = min(region.columns.lowerBound * stride + column, width - 1)
                        let (from, to) = ((y * width + x) * channels, (row * columns + column) * 3)
                        for c in 0..<3 { target[to + c] = source[from + colours[c]] }
                    }
                }
            }
        }
        return result
    }
}
