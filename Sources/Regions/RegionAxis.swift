/// One axis of a picture cut into overlapping stretches of equal length.
///
/// All lengths are in pixels of the network's input. Where two stretches meet, the weight passes
/// from one to the other over the inner half of what they share: the outermost pixels of a
/// stretch, which the network sees with the least context, are never used inside the picture.
public struct RegionAxis: Sendable, Equatable {
    /// Pixels of the picture along this axis.
    public let extent: Int
    /// Pixels of every stretch.
    ///
    /// Larger than `extent` only when there is a single stretch, which then reaches beyond the
    /// picture.
    public let length: Int
    /// Where each stretch begins, ascending; the first is 0 and the last ends with the picture.
    public let starts: [Int]
    /// Pixels over which the weight passes from one stretch to the next.
    public let blend: Double

    /// Cuts an axis into the fewest stretches.
    ///
    /// - Parameters:
    ///   - extent: Pixels of the picture along this axis, at least 1.
    ///   - size: The greatest length of a stretch, a multiple of `multiple`.
    ///   - overlap: Pixels that neighbours share at least, less than `size`.
    ///   - multiple: What the length of a stretch is a multiple of.
    public init(extent: Int, size: Int, overlap: Int, multiple: Int) {
        precondition(extent > 0, "a picture has at least one pixel, not \(extent)")
        precondition(
            overlap >= 0 && overlap < size && size % multiple == 0,
            "stretches of \(size) pixels that share \(overlap), in multiples of \(multiple)")
        func roundUp(_ value: Int) -> Int { (value + multiple - 1) / multiple * multiple }
        self.extent = extent
        blend = Double(overlap) / 2
        if extent <= size {
            length = roundUp(extent)
            starts = [0]
            return
        }
        let step = size - overlap
        let count = (extent - overlap + step - 1) / step
        // The shortest stretches that still share `overlap` pixels: less work than `size` often.
        let stretch = (extent + (count - 1) * overlap + count - 1) / count
        let length = min(size, roundUp(stretch))
        self.length = length
        starts = (0..<count).map { $0 * (extent - length) / (count - 1) }
    }

    /// How much stretch `index` counts at each pixel of its enlarged result.
    ///
    /// The weights of all stretches add up to 1 at each pixel of the picture.
    ///
    /// - Parameters:
    ///   - index: Which stretch.
    ///   - scale: How many times larger the result is than the input.
    /// - Returns: `min(length, extent) * scale` weights from 0 to 1.
    public func weights(of index: Int, scale: Int) -> [Float] {
        let used = min(length, extent) * scale
        return (0..<used).map { position in
            let place = Double(starts[index]) + (Double(position) + 0.5) / Double(scale)
            let rise = index == 0 ? 1 : passed(at: place, between: index - 1, and: index)
            let fall =
                index == starts.count - 1 ? 0 : passed(at: place, between: index, and: index + 1)
            return Float(rise * (1 - fall))
        }
    }

    /// How far the weight has passed from the earlier to the later stretch, 0…1, smoothly.
    private func passed(at place: Double, between earlier: Int, and later: Int) -> Double {
        let middle = Double(starts[later] + starts[earlier] + length) / 2
        if blend == 0 { return place < middle ? 0 : 1 }
        let t = min(max((place - middle) / blend + 0.5, 0), 1)
        return t * t * (3 - 2 * t)
    }
}
