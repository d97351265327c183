extension Image {
    /// The Natural Image Quality Evaluator (NIQE): how far a picture is from undistorted photos.
    ///
    /// Source: Mittal et al. 2013, "Making a 'Completely Blind' Image Quality Analyzer", equation
    /// (10), and `computequality.m` of its authors: grey levels rounded to whole numbers, blocks
    /// of 96×96 pixels, all of which count. Needs no original. Alpha is ignored.
    ///
    /// - Parameters:
    ///   - model: What undistorted photos look like.
    ///   - border: Pixels left out along each edge.
    /// - Returns: A distance, 0 or more; lower is better, and good photos have 2 to 5.
    /// - Throws: ``QualityError/tooFewBlocks(width:height:side:)`` when no two blocks fit within
    ///   the border, and ``QualityError/tooFlat`` when fewer than two have any contrast.
    public func naturalness(
        model: PristineModel, border: Int = 0
    ) throws(QualityError) -> Double {
        let (width, height) = (max(width - 2 * border, 0), max(height - 2 * border, 0))
        let side = NaturalnessFeatures.blockSide
        guard width / side * (height / side) >= 2 else {
            throw .tooFewBlocks(width: width, height: height, side: side)
        }
        let blocks = NaturalnessFeatures.blocks(of: greyLevels(border: border))
        let complete = blocks.filter { !$0.contains(where: \.isNaN) }
        guard complete.count >= 2 else { throw .tooFlat }

        // As in MATLAB, what is left of a flat block counts in the mean and not in the covariance.
        let features = 0..<PristineModel.featureCount
        let means = features.map { feature in Self.mean(blocks.map { $0[feature] }) }
        let centres = features.map { feature in Self.mean(complete.map { $0[feature] }) }
        let covariance = features.flatMap { i in
            features.map { j in
                complete.reduce(0.0) { $0 + ($1[i] - centres[i]) * ($1[j] - centres[j]) }
                    / Double(complete.count - 1)
            }
        }
        let pooled = SymmetricMatrix(
            size: features.count,
            values: zip(model.covariance, covariance).map { ($0 + $1) / 2 })
        guard let pooled else { preconditionFailure("a covariance is symmetric") }
        let difference = zip(model.mean, means).map { $0 - $1 }
        return max(pooled.inverseForm(of: difference), 0).squareRoot()
    }

    /// The mean of the values that are numbers.
    private static func mean(_ values: [Double]) -> Double {
        let numbers = values.filter { !$0.isNaN }
        return numbers.reduce(0, +) / Double(numbers.count)
    }

    /// MATLAB's `rgb2gray` of 8-bit samples: whole numbers in 0…255, halves upwards.
    private func greyLevels(border: Int) -> Plane {
        let options = QualityOptions(border: border, roundsToEightBits: true)
        let (green, blue) = channels.colourCount == 3 ? (1, 2) : (0, 0)
        let plane = Plane(self, options) { sample in
            let levels = [0, green, blue].map { (sample($0) * 255).rounded() }
            return ((299 * levels[0] + 587 * levels[1] + 114 * levels[2] + 500) / 1000)
                .rounded(.down) / 255
        }
        return Plane(
            width: plane.width, height: plane.height, samples: plane.samples.map { $0.rounded() })
    }
}
