/// How a photo was degraded, as far as it can be seen.
public struct DegradationReport: Sendable, Equatable {
    /// One for each type, in the network's order.
    public let judgements: [DegradationJudgement]

    /// What was said of each region.
    public let map: DegradationMap

    /// The tokens for the diffusion, `[T, D]`: for each type the embeddings of its prompts, weighted by
    /// their probabilities.
    public let embedding: [Float]

    /// The degradation prompt, such as "blurred, heavy JPEG compression".
    ///
    /// Types of which the network is unsure are left out; when nothing is left, "unsure".
    public var prompt: String {
        let phrases = judgements.compactMap(\.phrase)
        if !phrases.isEmpty { return phrases.joined(separator: ", ") }
        return isClean ? "no degradation to be seen" : "unsure"
    }

    /// Whether every type was judged to be absent, and none is unsure.
    public var isClean: Bool { judgements.allSatisfy { $0.degree == 0 && !$0.isUnsure } }
}
