internal import ArgumentParser
internal import Degradations
internal import Foundation
internal import Imaging

/// Single steps of `degrade`.
struct StepArguments: ParsableArguments {
    enum Shape: String, ExpressibleByArgument, CaseIterable { case gaussian, generalized, plateau }
    enum Method: String, ExpressibleByArgument, CaseIterable { case area, bilinear, bicubic }

    @Option(help: ArgumentHelp("Blur of this deviation, 0.05 to 30.", valueName: "pixels"))
    var blur: Double?

    @Option(
        help: ArgumentHelp(
            "The blur's deviation at right angles to the first. Default: the same.",
            valueName: "pixels"))
    var blurDown: Double?

    @Option(help: ArgumentHelp("By how much the blur is turned.", valueName: "degrees"))
    var blurAngle: Double?

    @Option(help: "How the blur falls off. Default: gaussian.")
    var blurShape: Shape?

    @Option(
        help: ArgumentHelp(
            "Exponent of a generalized or plateau blur, 0.1 to 20. Default: 1.",
            valueName: "exponent"))
    var blurBeta: Double?

    @Option(
        help: ArgumentHelp(
            "Ringing of a filter that ends at this frequency, 0.1 to 3.14.", valueName: "radians"))
    var sinc: Double?

    @Option(help: ArgumentHelp("Factor for both sides, 0.01 to 8.", valueName: "factor"))
    var resize: Double?

    @Option(help: "How samples are weighed. Default: bicubic.")
    var resizeMethod: Method?

    @Option(
        help: ArgumentHelp("Gaussian noise of this deviation, 0 to 255.", valueName: "levels"))
    var noise: Double?

    @Option(
        help: ArgumentHelp("Poisson noise, so many times, 0 to 100.", valueName: "times"))
    var poisson: Double?

    @Flag(help: "Noise is the same in red, green and blue.")
    var greyNoise = false

    @Option(help: ArgumentHelp("A JPEG file of this quality, 1 to 100.", valueName: "quality"))
    var jpeg: Int?

    func validate() throws {
        try check(blur, in: 0.05...30, "--blur")
        try check(blurDown, in: 0.05...30, "--blur-down")
        try check(blurAngle, in: -360...360, "--blur-angle")
        try check(blurBeta, in: 0.1...20, "--blur-beta")
        try check(sinc, in: 0.1...(.pi), "--sinc")
        try check(resize, in: 0.01...8, "--resize")
        try check(noise, in: 0...255, "--noise")
        try check(poisson, in: 0...100, "--poisson")
        try check(jpeg.map(Double.init), in: 1...100, "--jpeg")
        let describesBlur =
            blurDown != nil || blurAngle != nil || blurShape != nil || blurBeta != nil
        if describesBlur && blur == nil {
            throw ValidationError("The options --blur-… describe a blur: give --blur too.")
        }
        if blurBeta != nil && (blurShape ?? .gaussian) == .gaussian {
            throw ValidationError("--blur-beta needs --blur-shape generalized or plateau.")
        }
        if resizeMethod != nil && resize == nil {
            throw ValidationError("--resize-method needs --resize.")
        }
        if greyNoise && noise == nil && poisson == nil {
            throw ValidationError("--grey-noise needs --noise or --poisson.")
        }
    }

    /// Whether no step was asked for.
    var isEmpty: Bool {
        blur == nil && sinc == nil && resize == nil && noise == nil && poisson == nil && jpeg == nil
    }

    /// The steps for a picture, in the order in which a camera and its programs make them.
    func steps(width: Int, height: Int) -> [DegradationStep] {
        var steps: [DegradationStep] = []
        if let blur {
            steps.append(
                .blur(
                    BlurStep(
                        shape: BlurStep.Shape(rawValue: shape.rawValue) ?? .gaussian,
                        side: kernelSide, sigmaAcrossPixels: blur,
                        sigmaDownPixels: blurDown ?? blur,
                        angleRadians: (blurAngle ?? 0) * .pi / 180, beta: blurBeta ?? 1)))
        }
        if let sinc { steps.append(.sinc(side: 21, cutoffRadians: sinc)) }
        if let resize {
            steps.append(
                .resize(
                    ResizeStep(
                        width: max(1, Int((Double(width) * resize).rounded())),
                        height: max(1, Int((Double(height) * resize).rounded())),
                        method: ResamplingFilter(rawValue: resizeMethod?.rawValue ?? "")
                            ?? .bicubic,
                        factor: resize)))
        }
        if let noise { steps.append(.gaussianNoise(sigma8Bit: noise, isGrey: greyNoise)) }
        if let poisson { steps.append(.poissonNoise(scale: poisson, isGrey: greyNoise)) }
        if let jpeg { steps.append(.jpeg(quality: jpeg)) }
        return steps
    }

    private var shape: Shape { blurShape ?? .gaussian }

    /// Three deviations to each side, at most 50 pixels; longer tails have at least ten.
    private var kernelSide: Int {
        let deviation = max(blur ?? 0, blurDown ?? 0)
        let half = Int((3 * deviation).rounded(.up))
        return 2 * min(max(half, shape == .gaussian ? 3 : 10), 50) + 1
    }

    private func check(_ value: Double?, in range: ClosedRange<Double>, _ name: String) throws {
        guard let value, !range.contains(value) else { return }
        let limits = String(format: "%g to %.3g", range.lowerBound, range.upperBound)
        throw ValidationError("\(name) must be from \(limits), not \(value).")
    }
}
