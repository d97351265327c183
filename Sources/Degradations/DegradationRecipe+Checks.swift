internal import Imaging

/// The ranges that `Scripts/training/recipe.py` allows as well.
extension DegradationRecipe {
    /// Refuses what cannot be done.
    func check() throws(RecipeProblem) {
        if name.isEmpty { throw RecipeProblem("name", "is empty") }
        try Self.check(scale...scale, within: 1...16, "scale")
        try Self.check(minimumSide...minimumSide, within: 1...1024, "minimum_side")
        if rounds.count > 4 { throw RecipeProblem("rounds", "must be a list of at most 4") }
        for (index, round) in rounds.enumerated() {
            let path = "rounds[\(index)]"
            try round.blur?.check("\(path).blur")
            try round.resize?.check("\(path).resize")
            try round.noise?.check("\(path).noise")
            try round.jpeg?.check("\(path).jpeg")
        }
        try Self.check(methods: final.methods, "final.methods")
        try Self.check(probability: final.jpegLastProbability, "final.jpeg_last_probability")
        try final.sinc?.check("final.sinc")
        try final.jpeg?.check("final.jpeg")
    }

    fileprivate static func check(
        probability: Double, _ path: String
    ) throws(RecipeProblem) {
        guard (0...1).contains(probability) else {
            throw RecipeProblem(path, "is \(probability); it must be from 0 to 1")
        }
    }

    fileprivate static func check(
        sum probabilities: [Double], _ path: String
    ) throws(RecipeProblem) {
        let sum = probabilities.reduce(0, +)
        guard abs(sum - 1) <= 1e-6 else {
            let shown = (sum * 1e6).rounded() / 1e6
            throw RecipeProblem(path, "has probabilities that add up to \(shown), not 1")
        }
    }

    fileprivate static func check<Number: Comparable>(
        _ range: ClosedRange<Number>, within limits: ClosedRange<Number>, _ path: String
    ) throws(RecipeProblem) {
        guard limits.contains(range.lowerBound), limits.contains(range.upperBound) else {
            let found =
                range.lowerBound == range.upperBound
                ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw RecipeProblem(
                path,
                "is \(found); it must lie in \(limits.lowerBound) to \(limits.upperBound)")
        }
    }

    fileprivate static func check(
        sides: ClosedRange<Int>, _ path: String
    ) throws(RecipeProblem) {
        try check(sides, within: 1...101, path)
        guard sides.lowerBound % 2 == 1, sides.upperBound % 2 == 1 else {
            throw RecipeProblem(
                path, "is \(sides.lowerBound) to \(sides.upperBound); a kernel's side is odd")
        }
    }

    fileprivate static func check(methods: [String], _ path: String) throws(RecipeProblem) {
        let known = ResamplingFilter.allCases.map(\.rawValue)
        guard !methods.isEmpty, methods.allSatisfy(known.contains),
            Set(methods).count == methods.count
        else { throw RecipeProblem(path, "must name some of area, bilinear, bicubic, each once") }
    }
}

extension DegradationRecipe.Blur {
    fileprivate func check(_ path: String) throws(RecipeProblem) {
        typealias Recipe = DegradationRecipe
        try Recipe.check(probability: probability, "\(path).probability")
        try Recipe.check(sides: sides, "\(path).sides")
        try Recipe.check(sigmaPixels, within: 0.05...100, "\(path).sigma_pixels")
        try Recipe.check(
            probability: betaBelowOneProbability, "\(path).beta_below_one_probability")
        let named = [
            ("gaussian", shapes.gaussian), ("generalized", shapes.generalized),
            ("plateau", shapes.plateau),
        ]
        for (name, shape) in named {
            let inner = "\(path).shapes.\(name)"
            try Recipe.check(probability: shape.probability, "\(inner).probability")
            try Recipe.check(
                probability: shape.isotropicProbability, "\(inner).isotropic_probability")
            guard let beta = shape.beta else {
                if name == "gaussian" { continue }
                throw RecipeProblem("\(inner).beta", "is missing")
            }
            if name == "gaussian" { throw RecipeProblem("\(inner).beta", "is an unknown key") }
            try Recipe.check(beta, within: 0.1...20, "\(inner).beta")
            if !beta.contains(1) { throw RecipeProblem("\(inner).beta", "must contain 1") }
        }
        try Recipe.check(sum: named.map(\.1.probability), "\(path).shapes")
        try Recipe.check(probability: sinc.probability, "\(path).sinc.probability")
        try Recipe.check(
            sinc.wideFromSide...sinc.wideFromSide, within: 1...101, "\(path).sinc.wide_from_side")
        try Recipe.check(
            sinc.narrowCutoffRadians, within: 0.1...(.pi), "\(path).sinc.narrow_cutoff_radians")
        try Recipe.check(
            sinc.wideCutoffRadians, within: 0.1...(.pi), "\(path).sinc.wide_cutoff_radians")
    }
}

extension DegradationRecipe.Resize {
    fileprivate func check(_ path: String) throws(RecipeProblem) {
        typealias Recipe = DegradationRecipe
        try Recipe.check(probability: probability, "\(path).probability")
        try Recipe.check(probability: enlargeProbability, "\(path).enlarge_probability")
        try Recipe.check(probability: reduceProbability, "\(path).reduce_probability")
        try Recipe.check(probability: keepProbability, "\(path).keep_probability")
        try Recipe.check(sum: [enlargeProbability, reduceProbability, keepProbability], path)
        try Recipe.check(enlargeFactor, within: 1...8, "\(path).enlarge_factor")
        try Recipe.check(reduceFactor, within: 0.01...1, "\(path).reduce_factor")
        try Recipe.check(methods: methods, "\(path).methods")
    }
}

extension DegradationRecipe.Noise {
    fileprivate func check(_ path: String) throws(RecipeProblem) {
        typealias Recipe = DegradationRecipe
        try Recipe.check(probability: probability, "\(path).probability")
        try Recipe.check(probability: gaussianProbability, "\(path).gaussian_probability")
        try Recipe.check(probability: greyProbability, "\(path).grey_probability")
        try Recipe.check(gaussianSigma8Bit, within: 0...255, "\(path).gaussian_sigma_8_bit")
        try Recipe.check(poissonScale, within: 0...100, "\(path).poisson_scale")
    }
}

extension DegradationRecipe.Sinc {
    fileprivate func check(_ path: String) throws(RecipeProblem) {
        try DegradationRecipe.check(probability: probability, "\(path).probability")
        try DegradationRecipe.check(sides: sides, "\(path).sides")
        try DegradationRecipe.check(
            cutoffRadians, within: 0.1...(.pi), "\(path).cutoff_radians")
    }
}

extension DegradationRecipe.JPEG {
    fileprivate func check(_ path: String) throws(RecipeProblem) {
        try DegradationRecipe.check(probability: probability, "\(path).probability")
        try DegradationRecipe.check(quality, within: 1...100, "\(path).quality")
    }
}
