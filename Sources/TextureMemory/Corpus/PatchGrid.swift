internal import Imaging

/// The places in a picture that patches are cut from, and what is to be seen there.
///
/// The grid starts in the upper left corner; what does not fill a patch at the right and lower edge
/// is left out.
struct PatchGrid: Equatable {
    /// What a place holds.
    enum Content: UInt8 {
        /// Something transparent, or not a number.
        case unusable = 0
        /// Almost nothing: a sky, a wall out of focus.
        case flat = 1
        /// A texture.
        case textured = 2
    }

    let columns: Int
    let rows: Int
    let side: Int
    let stride: Int

    /// A grid over a picture.
    ///
    /// - Parameters:
    ///   - width: Columns of the picture.
    ///   - height: Rows of the picture.
    ///   - side: The side of a patch in pixels.
    ///   - stride: The pixels from one patch to the next.
    init(width: Int, height: Int, side: Int, stride: Int) {
        self.side = side
        self.stride = stride
        columns = width < side ? 0 : (width - side) / stride + 1
        rows = height < side ? 0 : (height - side) / stride + 1
    }

    var count: Int { columns * rows }

    func position(_ index: Int) -> PatchPosition {
        PatchPosition(x: index % columns * stride, y: index / columns * stride)
    }

    /// Looks at every place.
    ///
    /// A place is flat when the gradient energy is below a limit: the mean of the squared
    /// differences of neighbouring pixels, to the right and down together, in luma of 0…255.
    /// Unlike the variance, it does not take a smooth ramp (a sky at dusk) for a texture.
    ///
    /// - Parameters:
    ///   - luma: The picture in grey, `width × height`.
    ///   - alpha: Its transparency, if it has any.
    ///   - flatBelow: The gradient energy below which a place is flat, in squared levels.
    /// - Returns: As many contents as there are places.
    func contents(luma: Image, alpha: Image?, flatBelow: Double) -> [Content] {
        (0..<count).map { index in
            let position = position(index)
            if let alpha, !isOpaque(alpha, position) { return .unusable }
            let energy = gradientEnergy(luma, position)
            guard energy.isFinite else { return .unusable }
            return energy < flatBelow ? .flat : .textured
        }
    }

    private func isOpaque(_ alpha: Image, _ position: PatchPosition) -> Bool {
        (position.y..<position.y + side).allSatisfy { y in
            let start = y * alpha.width + position.x
            return alpha.pixels[start..<start + side].allSatisfy { $0 >= 1 }
        }
    }

    func gradientEnergy(_ luma: Image, _ position: PatchPosition) -> Double {
        var sum = 0.0
        luma.pixels.withUnsafeBufferPointer { pixels in
            for y in position.y..<position.y + side - 1 {
                var row: Float = 0
                let start = y * luma.width + position.x
                for x in start..<start + side - 1 {
                    let right = pixels[x + 1] - pixels[x]
                    let down = pixels[x + luma.width] - pixels[x]
                    row += right * right + down * down
                }
                sum += Double(row)
            }
        }
        return sum * 255 * 255 / Double((side - 1) * (side - 1))
    }
}
