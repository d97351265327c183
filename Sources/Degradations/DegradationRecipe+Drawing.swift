internal import Foundation
internal import Imaging
public import RandomDraws

extension DegradationRecipe {
    /// Decides everything that happens to one picture.
    ///
    /// - Parameters:
    ///   - width: Columns of the picture.
    ///   - height: Rows of the picture.
    ///   - scale: By how much the result is smaller; nil for the recipe's own.
    ///   - source: Decides the draws and later the noise.
    /// - Returns: The steps; the result has ⌈width / scale⌉ × ⌈height / scale⌉ pixels.
    public func draw(
        width: Int, height: Int, scale: Int? = nil, source: DrawSource
    ) -> DrawnDegradation {
        let scale = scale ?? self.scale
        var drawing = Drawing(
            recipe: self, input: (width, height),
            output: ((width + scale - 1) / scale, (height + scale - 1) / scale),
            source: source.branch(0))
        for round in rounds { drawing.add(round) }
        let isJPEGLast = drawing.add(final)
        return DrawnDegradation(steps: drawing.steps, isJPEGLast: isJPEGLast, source: source)
    }
}

/// The steps of one picture, while they are drawn.
private struct Drawing {
    let recipe: DegradationRecipe
    let input: (width: Int, height: Int)
    let output: (width: Int, height: Int)
    var source: DrawSource
    var steps: [DegradationStep] = []

    mutating func add(_ round: DegradationRecipe.Round) {
        if let blur = round.blur, source.chance(blur.probability) { add(blur) }
        if let resize = round.resize, source.chance(resize.probability) { add(resize) }
        if let noise = round.noise, source.chance(noise.probability) { add(noise) }
        add(round.jpeg)
    }

    /// Returns whether JPEG comes last.
    mutating func add(_ final: DegradationRecipe.Final) -> Bool {
        let isJPEGLast = source.chance(final.jpegLastProbability)
        if !isJPEGLast { add(final.jpeg) }
        steps.append(
            .resize(
                ResizeStep(
                    width: output.width, height: output.height, method: method(final.methods))))
        if let sinc = final.sinc, source.chance(sinc.probability) {
            let side = side(sinc.sides)
            steps.append(
                .sinc(side: side, cutoffRadians: source.uniform(in: sinc.cutoffRadians)))
        }
        if isJPEGLast { add(final.jpeg) }
        return isJPEGLast
    }

    private mutating func add(_ blur: DegradationRecipe.Blur) {
        let side = side(blur.sides)
        if source.chance(blur.sinc.probability) {
            let cutoffs =
                side < blur.sinc.wideFromSide
                ? blur.sinc.narrowCutoffRadians : blur.sinc.wideCutoffRadians
            steps.append(.sinc(side: side, cutoffRadians: source.uniform(in: cutoffs)))
            return
        }
        let (shape, ranges) = [
            (BlurStep.Shape.gaussian, blur.shapes.gaussian),
            (.generalized, blur.shapes.generalized), (.plateau, blur.shapes.plateau),
        ][
            source.choice([
                blur.shapes.gaussian.probability, blur.shapes.generalized.probability,
                blur.shapes.plateau.probability,
            ])]
        let isIsotropic = source.chance(ranges.isotropicProbability)
        let across = source.uniform(in: blur.sigmaPixels)
        var step = BlurStep(
            shape: shape, side: side, sigmaAcrossPixels: across, sigmaDownPixels: across)
        if !isIsotropic {
            step.sigmaDownPixels = source.uniform(in: blur.sigmaPixels)
            step.angleRadians = source.uniform(in: -Double.pi...Double.pi)
        }
        if let beta = ranges.beta {
            let isBelow = source.chance(blur.betaBelowOneProbability)
            step.beta = source.uniform(in: isBelow ? beta.lowerBound...1 : 1...beta.upperBound)
        }
        steps.append(.blur(step))
    }

    private mutating func add(_ resize: DegradationRecipe.Resize) {
        let kind = source.choice([
            resize.enlargeProbability, resize.reduceProbability, resize.keepProbability,
        ])
        let factor =
            switch kind {
            case 0: source.uniform(in: resize.enlargeFactor)
            case 1: source.uniform(in: resize.reduceFactor)
            default: 1.0
            }
        let reference = resize.relativeTo == .input ? input : output
        func length(_ side: Int) -> Int {
            max(recipe.minimumSide, Int((Double(side) * factor).rounded(.toNearestOrEven)))
        }
        steps.append(
            .resize(
                ResizeStep(
                    width: length(reference.width), height: length(reference.height),
                    method: method(resize.methods), factor: factor)))
    }

    private mutating func add(_ noise: DegradationRecipe.Noise) {
        let isGrey = source.chance(noise.greyProbability)
        steps.append(
            source.chance(noise.gaussianProbability)
                ? .gaussianNoise(
                    sigma8Bit: source.uniform(in: noise.gaussianSigma8Bit), isGrey: isGrey)
                : .poissonNoise(scale: source.uniform(in: noise.poissonScale), isGrey: isGrey))
    }

    private mutating func add(_ jpeg: DegradationRecipe.JPEG?) {
        guard let jpeg, source.chance(jpeg.probability) else { return }
        let quality = source.uniform(in: jpeg.quality).rounded(.toNearestOrEven)
        steps.append(.jpeg(quality: Int(quality)))
    }

    private mutating func side(_ sides: ClosedRange<Int>) -> Int {
        2 * source.index(in: sides.lowerBound / 2...sides.upperBound / 2) + 1
    }

    /// The recipe's check has seen to it that the name is known.
    private mutating func method(_ methods: [String]) -> ResamplingFilter {
        let name = methods[source.index(in: 0...methods.count - 1)]
        return ResamplingFilter(rawValue: name) ?? .bicubic
    }
}
