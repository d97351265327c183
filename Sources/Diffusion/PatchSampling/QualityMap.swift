public import Autoencoding

/// How far the coarse latent of each patch can be trusted.
///
/// Source: PatchScaler, equation (2).
public enum QualityMap {
    /// The mean confidence of each patch.
    ///
    /// - Parameters:
    ///   - confidence: `[h, w, 1]`, 0…1.
    ///   - grid: The patches.
    /// - Returns: A number for each patch, 0…1.
    public static func means(of confidence: Latent, _ grid: PatchGrid) -> [Double] {
        precondition(confidence.channels == 1, "\(confidence.channels) confidences a position")
        return (0..<grid.count).map { index in
            let patch = confidence.cropped(to: grid.rectangle(index)).values
            return patch.reduce(0.0) { $0 + Double($1) } / Double(patch.count)
        }
    }
}
