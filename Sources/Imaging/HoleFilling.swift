extension Image {
    /// Gives pixels of alpha 0 the mean colour of what is visible around them.
    ///
    /// Source: the pull-push method of Gortler et al. 1996, "The Lumigraph", with the simplest
    /// filters: the image is halved, visible pixels averaged, until no hole is left; then every
    /// hole takes the colour of the pixel above it in the pyramid. Cost: O(pixels).
    ///
    /// - Parameter alpha: A grey image of the same size; weighs the visible pixels.
    mutating func fillHoles(where alpha: Image) {
        guard alpha.pixels.contains(where: { $0 <= 0 }),
            alpha.pixels.contains(where: { $0 > 0 })
        else { return }

        var levels = [ColourLevel(colour: self, weights: alpha.pixels)]
        while let finest = levels.last, finest.hasHoles {
            levels.append(finest.halved())
        }
        for i in levels.indices.dropLast().reversed() {
            levels[i].fillHoles(from: levels[i + 1])
        }
        self = levels[0].colour
    }
}

/// One level of the pyramid: colours, and how much of each pixel is visible.
private struct ColourLevel {
    var colour: Image
    let weights: [Float]

    var hasHoles: Bool { weights.contains { $0 <= 0 } }

    /// Half the size, rounded up; each pixel the weighted mean of up to four.
    func halved() -> ColourLevel {
        let (width, height) = ((colour.width + 1) / 2, (colour.height + 1) / 2)
        var half = Image(width: width, height: height, channels: colour.channels, filledWith: 0)
        var halfWeights = [Float](repeating: 0, count: width * height)
        let count = colour.channels.count
        for y in 0..<colour.height {
            for x in 0..<colour.width {
                let weight = max(weights[y * colour.width + x], 0)
                let from = colour.index(x: x, y: y)
                let to = half.index(x: x / 2, y: y / 2)
                halfWeights[to / count] += weight
                for c in 0..<count { half.pixels[to + c] += weight * colour.pixels[from + c] }
            }
        }
        for (pixel, weight) in halfWeights.enumerated() where weight > 0 {
            for c in 0..<count { half.pixels[pixel * count + c] /= weight }
        }
        return ColourLevel(colour: half, weights: halfWeights)
    }

    mutating func fillHoles(from half: ColourLevel) {
        let count = colour.channels.count
        for y in 0..<colour.height {
            for x in 0..<colour.width where weights[y * colour.width + x] <= 0 {
                let from = half.colour.index(x: x / 2, y: y / 2)
                let to = colour.index(x: x, y: y)
                for c in 0..<count { colour.pixels[to + c] = half.colour.pixels[from + c] }
            }
        }
    }
}
