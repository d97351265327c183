/// What is said of one type of degradation.
public struct DegradationJudgement: Sendable, Equatable {
    /// The type.
    public let kind: DegradationKind

    /// The probability of each of its degrees.
    public let probabilities: [Double]

    /// The confidence under which the answer counts as unsure.
    public let threshold: Double

    /// The most probable degree, a position in the type's degrees.
    public var degree: Int {
        probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
    }

    /// The probability of ``degree``.
    public var confidence: Double { probabilities[degree] }

    /// Whether the network would rather not say.
    public var isUnsure: Bool { confidence < threshold }

    /// The words for the prompt; nil when there is none of it to see, or the answer is unsure.
    public var phrase: String? {
        isUnsure || degree == 0 ? nil : kind.degrees[degree].phrases[0]
    }
}
