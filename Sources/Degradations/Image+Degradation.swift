public import Imaging
internal import RandomDraws

extension Image {
    /// The image after all steps of a degradation, limited to 0…1.
    ///
    /// Grey images stay grey, with noise and JPEG of one channel. Alpha is resized with the image
    /// and is otherwise left alone. The result is the same on any number of threads.
    ///
    /// - Parameters:
    ///   - degradation: The steps, and what decides the samples of noise.
    ///   - threads: Threads to use, at least 1.
    ///   - limits: How large the image may become on the way.
    ///   - progress: Called before each step with the steps done; may throw to stop.
    /// - Returns: The degraded image.
    /// - Throws: ``DegradationError/tooLarge(width:height:limit:)``, an `ImageError` when a picture
    ///   is too large for JPEG, or what `progress` throws.
    public func degraded(
        by degradation: DrawnDegradation, threads: Int, limits: DecodingLimits = .standard,
        progress: (Int) throws -> Void = { _ in }
    ) throws -> Image {
        var (image, alpha) = separatingAlpha()
        for (index, step) in degradation.steps.enumerated() {
            try progress(index)
            image = try image.applying(
                step, source: degradation.source.branch(index + 1), threads: threads,
                limits: limits)
        }
        image = image.clamped()
        guard let alpha else { return image }
        return image.addingAlpha(
            alpha.resized(width: image.width, height: image.height).clamped())
    }

    /// The image after one step; samples may leave 0…1 until a later step limits them.
    private func applying(
        _ step: DegradationStep, source: DrawSource, threads: Int, limits: DecodingLimits
    ) throws -> Image {
        switch step {
        case .blur(let blur):
            return filtered(by: FilterKernel(blur), threads: threads)
        case .sinc(let side, let cutoff):
            return filtered(by: FilterKernel(sincOfSide: side, cutoff: cutoff), threads: threads)
        case .resize(let resize):
            let (pixels, overflow) = resize.width.multipliedReportingOverflow(by: resize.height)
            guard !overflow, pixels <= limits.maximumPixels else {
                throw DegradationError.tooLarge(
                    width: resize.width, height: resize.height, limit: limits.maximumPixels)
            }
            return resized(width: resize.width, height: resize.height, filter: resize.method)
        case .gaussianNoise(let sigma, let isGrey):
            return addingGaussianNoise(
                sigma8Bit: sigma, isGrey: isGrey, source: source, threads: threads)
        case .poissonNoise(let scale, let isGrey):
            return addingPoissonNoise(
                scale: scale, isGrey: isGrey, source: source, threads: threads)
        case .jpeg(let quality):
            let file = try ImageFile.encode(
                self, as: .jpeg, options: EncodingOptions(quality: quality, jpegColour: .half))
            return try ImageFile.decode(file, name: "JPEG step", limits: limits).image
        }
    }
}
