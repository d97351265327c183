import Foundation

extension QualityIndices {
    /// Peak signal-to-noise ratio: ten times the logarithm of 255² over the mean squared error.
    ///
    /// The mean is taken over all compared samples, for RGB over the three channels together.
    ///
    /// - Parameters:
    ///   - reference: The original.
    ///   - restored: The image to judge, of the same size.
    ///   - options: What is compared.
    /// - Returns: Decibels; infinity for equal images.
    /// - Throws: A ``QualityError`` when the images do not fit together.
    public static func psnr(
        reference: Image, restored: Image, options: QualityOptions = QualityOptions()
    ) throws(QualityError) -> Double {
        let pairs = try planes(reference, restored, options: options, minimumSize: 1)
        var squaredError = 0.0
        var count = 0
        for pair in pairs {
            for (a, b) in zip(pair.reference.samples, pair.restored.samples) {
                squaredError += (a - b) * (a - b)
            }
            count += pair.reference.samples.count
        }
        guard squaredError > 0 else { return .infinity }
        return 10 * log10(255 * 255 * Double(count) / squaredError)
    }
}
