public import Imaging

extension DegradationMap {
    /// The map as a picture: the photo once for each type, in grey, with the degree in colour on it.
    ///
    /// The panels stand in the report's order, three in a row. Where there is nothing of a type its
    /// panel stays grey; yellow is light and red is heavy.
    ///
    /// - Parameters:
    ///   - photo: The photo that was judged.
    ///   - side: The longer side of a panel in pixels, at most.
    /// - Returns: RGB.
    public func picture(on photo: Image, side: Int = 480) -> Image {
        let factor = min(1, Double(side) / Double(max(photo.width, photo.height)))
        let width = max(1, Int((Double(photo.width) * factor).rounded()))
        let height = max(1, Int((Double(photo.height) * factor).rounded()))
        let grey = photo.luma().resized(width: width, height: height)
        let (across, gap) = (min(3, ranges.count), 8)
        let down = (ranges.count + across - 1) / across
        var result = Image(
            width: across * (width + gap) - gap, height: down * (height + gap) - gap,
            channels: .rgb, filledWith: 1)
        for type in ranges.indices {
            let (left, top) = (type % across * (width + gap), type / across * (height + gap))
            for y in 0..<height {
                for x in 0..<width {
                    let strength = Float(
                        smoothStrength(
                            type, x: (Double(x) + 0.5) / factor, y: (Double(y) + 0.5) / factor,
                            photo))
                    let light = 0.25 + 0.6 * grey.pixels[grey.index(x: x, y: y)]
                    let cover = min(1, strength * 2) * 0.55
                    let colour: [Float] = [1, 0.85 * (1 - max(0, strength * 2 - 1)), 0]
                    let place = result.index(x: left + x, y: top + y)
                    for c in 0..<3 {
                        result.pixels[place + c] = light * (1 - cover) + colour[c] * light * cover
                    }
                }
            }
        }
        return result
    }

    /// The strength at a pixel, linear between the centres of regions.
    private func smoothStrength(_ type: Int, x: Double, y: Double, _ photo: Image) -> Double {
        let (column, across) = position(x, count: columnCount, length: photo.width)
        let (row, down) = position(y, count: rowCount, length: photo.height)
        func value(_ row: Int, _ column: Int) -> Double {
            strength(
                type: type, row: min(row, rowCount - 1), column: min(column, columnCount - 1))
        }
        let top = value(row, column) * (1 - across) + value(row, column + 1) * across
        let bottom = value(row + 1, column) * (1 - across) + value(row + 1, column + 1) * across
        return top * (1 - down) + bottom * down
    }

    /// Between which regions a pixel lies, and how far from the first.
    ///
    /// The last region ends at the
    /// border, so it may be nearer to its neighbour than ``stride``.
    private func position(_ pixel: Double, count: Int, length: Int) -> (Int, Double) {
        guard count > 1 else { return (0, 0) }
        let half = Double(regionSide) / 2
        let last = Double(max(length, regionSide)) - half
        let before = half + Double((count - 2) * stride)
        if pixel >= before {
            return (count - 2, min(1, max(0, (pixel - before) / max(1, last - before))))
        }
        let place = max(0, (pixel - half) / Double(stride))
        return (Int(place), place - Double(Int(place)))
    }
}
