/// What NIQE does to planes, in double precision throughout.
extension Plane {
    /// The rectangle at the top left.
    func cropped(width: Int, height: Int) -> Plane {
        let rows = (0..<height).flatMap { samples[$0 * self.width..<$0 * self.width + width] }
        return Plane(width: width, height: height, samples: rows)
    }

    /// A square, row by row.
    func samples(x: Int, y: Int, side: Int) -> [Double] {
        (y..<y + side).flatMap { samples[$0 * width + x..<$0 * width + x + side] }
    }

    /// Weighted means along rows and columns; beyond the edges lies the edge pixel.
    func smoothed(_ window: [Double]) -> Plane {
        combined(width: width, height: height) { target, count in
            let first = target - window.count / 2
            return window.indices.map {
                (BorderRule.replicate.index(first + $0, count: count), window[$0])
            }
        }
    }

    /// MATLAB's `imresize(…, 0.5)`: bicubic, antialiased, mirrored at the edges.
    func halved() -> Plane {
        let sides = [width, height].map { count in
            ResamplingWeights<Double>(
                sourceCount: count, targetCount: count / 2, filter: .bicubic)
        }
        return combined(width: width / 2, height: height / 2) { target, count in
            let weights = count == width ? sides[0] : sides[1]
            let taps = weights.taps[target]
            return (0..<taps.count).map {
                (
                    BorderRule.mirror.index(taps.first + $0, count: count),
                    weights.weights[taps.offset + $0]
                )
            }
        }
    }

    /// Sums along columns, and then along rows.
    ///
    /// - Parameters:
    ///   - newWidth: Columns of the result.
    ///   - newHeight: Rows of the result.
    ///   - weights: For a place along an axis of the result and the axis' length in the source:
    ///     which places there count, and how much.
    /// - Returns: The plane of the new size.
    private func combined(
        width newWidth: Int, height newHeight: Int,
        weights: (Int, _ count: Int) -> [(from: Int, weight: Double)]
    ) -> Plane {
        let columns = (0..<newWidth).map { weights($0, width) }
        var result = [Double](repeating: 0, count: newWidth * newHeight)
        var row = [Double](repeating: 0, count: width)
        samples.withUnsafeBufferPointer { source in
            row.withUnsafeMutableBufferPointer { row in
                for y in 0..<newHeight {
                    row.update(repeating: 0)
                    for (from, weight) in weights(y, height) {
                        let start = from * width
                        for x in 0..<width { row[x] += weight * source[start + x] }
                    }
                    for x in 0..<newWidth {
                        var sum = 0.0
                        for (from, weight) in columns[x] { sum += weight * row[from] }
                        result[y * newWidth + x] = sum
                    }
                }
            }
        }
        return Plane(width: newWidth, height: newHeight, samples: result)
    }
}
