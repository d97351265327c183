/// One type of degradation: the quantity that is cut into degrees, and the words for each degree.
public struct DegradationKind: Sendable, Equatable, Codable {
    /// Which end of the quantity is worse.
    public enum Order: String, Sendable, Codable {
        /// Larger is worse, as with noise.
        case rising
        /// Smaller is worse, as with JPEG's quality.
        case falling
    }

    /// How strong it is, in words.
    public struct Degree: Sendable, Equatable, Codable {
        /// A short name such as "light".
        public let name: String

        /// Ways to say it in a prompt, the preferred one first.
        public let phrases: [String]
    }

    /// The type's name, such as "blur".
    public let name: String

    /// What is measured, by the name that the training scripts use.
    public let measure: String

    /// The unit of ``cuts``, in words.
    public let unit: String

    /// Which end of the quantity is worse.
    public let order: Order

    /// Where one degree ends and the next begins, the weakest first.
    public let cuts: [Double]

    /// The degrees, the weakest first; the first means that there is none of it to see.
    public let degrees: [Degree]

    /// The range of the quantity that a degree stands for, such as "0.8 to 1.6".
    ///
    /// - Parameter degree: A position in ``degrees``.
    /// - Returns: The range in words, without the unit.
    public func range(of degree: Int) -> String {
        let (first, last) = (degree == 0, degree == degrees.count - 1)
        func text(_ value: Double) -> String {
            value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
        }
        if first { return (order == .rising ? "under " : "over ") + text(cuts[0]) }
        if last { return (order == .rising ? "over " : "under ") + text(cuts[degree - 1]) }
        return text(cuts[degree - 1]) + " to " + text(cuts[degree])
    }
}
