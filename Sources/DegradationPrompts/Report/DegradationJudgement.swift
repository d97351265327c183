/// What is said of one type of degradation.
public struct DegradationJudgement: Sendable, Equatable {
    /// The type.
    public let kind: DegradationKind

    /// The probability of each of its degrees.
    public let probabilities: [Double]

    /// The confidence under which the answer counts as unsure.
    public let threshold: Double

    /// Says something of a type.
    ///
    /// - Parameters:
    ///   - kind: See ``kind``.
    ///   - probabilities: See ``probabilities``.
    ///   - threshold: See ``threshold``.
    public init(kind: DegradationKind, probabilities: [Double], threshold: Double) {
        self.kind = kind
        self.probabilities = probabilities
        self.threshold = threshold
    }

    /// The most probable degree, a position in the type's degrees.
    public var degree: Int {
        probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
    }

    /// The probability of ``degree``.
    public var confidence: Double { probabilities[degree] }

    /// Whether the network would rather not name the degree.
    public var isUnsure: Bool { confidence < threshold }

    /// Whether there is some of it to see, even if its degree is unsure.
    public var isPresent: Bool { 1 - probabilities[0] >= threshold && !(degree == 0 && !isUnsure) }

    /// The words for the prompt, those of the most probable degree that is not none; nil when there is
    /// nothing of it to see, or that is unsure.
    public var phrase: String? {
        guard isPresent else { return nil }
        let found = probabilities.indices.dropFirst().max { probabilities[$0] < probabilities[$1] }
        return found.map { kind.degrees[$0].phrases[0] }
    }
}
