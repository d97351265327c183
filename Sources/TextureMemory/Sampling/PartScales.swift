/// By what the two parts of a row are multiplied before they are joined: 1 divided by the mean
/// distance of the part to its centroid, so that neither part drowns the other.
///
/// The scales belong to a set of rows. Those who compare distances between two sets, or merge one
/// set into another, use the scales of one for both.
public struct PartScales: Sendable, Equatable, Codable {
    /// The scale of values; 0 when all values are the same.
    public var value: Double
    /// The scale of keys; 0 when all keys are the same.
    public var key: Double

    /// Makes scales.
    ///
    /// - Parameters:
    ///   - value: The scale of values, not negative.
    ///   - key: The scale of keys, not negative.
    public init(value: Double, key: Double) {
        precondition(
            value >= 0 && key >= 0 && value.isFinite && key.isFinite, "scales \(value), \(key)")
        self.value = value
        self.key = key
    }
}
