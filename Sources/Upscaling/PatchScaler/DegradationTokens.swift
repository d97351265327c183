internal import DegradationPrompts
internal import Diffusion
internal import Imaging
internal import Regions
internal import Tensors

/// The degradation prompt of each patch, as numbers.
///
/// Patch-DiT is trained with what the classifier says of 64×64 pixels of the low-resolution photo around
/// the patch (`low` in `restoration_pairs.py`), and gets the same here.
struct DegradationTokens: Sendable {
    /// Numbers of a token.
    let size: Int
    /// What was said of the crop of each patch, in words.
    let words: [String]

    private let embeddings: [[Float]]
    private let cropOfPatch: [Int]

    /// Pixels along a side of a crop of the photo.
    static let side = 64

    /// The tokens of all patches.
    var values: [[Float]] { cropOfPatch.map { embeddings[$0] } }

    /// The tokens of a patch, `[G, size]`.
    func values(_ patch: Int) -> [Float] { embeddings[cropOfPatch[patch]] }

    /// Judges the photo around each patch.
    ///
    /// - Parameters:
    ///   - photo: The photo as it came, RGB, with at least
    ///     ``DegradationPrompts/DegradationPrompter/smallestSide`` pixels along each side.
    ///   - centres: The centre of each patch, in pixels of the photo.
    ///   - prompter: The classifier.
    ///   - overruled: Degrees that a person gave, by the number of the type.
    ///   - policy: How many crops are judged at the same time.
    /// - Throws: What the classifier throws.
    init(
        of photo: Image, around centres: [(x: Double, y: Double)], prompter: DegradationPrompter,
        overruled: [Int: Int], policy: ComputePolicy
    ) throws {
        var numbers: [Corner: Int] = [:]
        var corners: [Corner] = []
        cropOfPatch = centres.map { centre in
            let corner = Corner(
                x: Self.start(around: centre.x, photo.width),
                y: Self.start(around: centre.y, photo.height))
            if let known = numbers[corner] { return known }
            numbers[corner] = corners.count
            corners.append(corner)
            return corners.count - 1
        }
        let (crops, width, height) = (
            corners, min(Self.side, photo.width), min(Self.side, photo.height)
        )
        var (embeddings, words) = ([[Float]](), [String]())
        try OrderedWorkers.run(count: crops.count, threads: policy.threads) {
            { index in
                let crop = photo.cropped(
                    x: crops[index].x, y: crops[index].y, width: width, height: height)
                let report = try prompter.report(
                    of: crop, policy: ComputePolicy(threads: 1, precision: .f32))
                return report.overruled(by: overruled, prompter)
            }
        } use: { (_, piece: (tokens: [Float], words: String)) in
            embeddings.append(piece.tokens)
            words.append(piece.words)
        }
        size = prompter.network.configuration.embeddingSize
        self.embeddings = embeddings
        self.words = cropOfPatch.map { words[$0] }
    }

    /// The same for every patch: what a report says of the whole photo.
    ///
    /// - Parameters:
    ///   - probabilities: For each type the probabilities of its degrees.
    ///   - count: The number of patches.
    ///   - prompter: The classifier that knows the types.
    ///   - overruled: Degrees that a person gave, by the number of the type.
    init(
        _ probabilities: [[Double]], ofEach count: Int, prompter: DegradationPrompter,
        overruled: [Int: Int]
    ) {
        let judgements = zip(prompter.kinds, probabilities).enumerated().map { type, said in
            DegradationJudgement(
                kind: said.0, probabilities: said.1,
                threshold: Double(prompter.network.configuration.thresholds[type]))
        }
        let said = judgements.overruled(by: overruled)
        size = prompter.network.configuration.embeddingSize
        embeddings = [prompter.embedding(said.probabilities)]
        cropOfPatch = [Int](repeating: 0, count: count)
        words = [String](repeating: said.words, count: count)
    }

    private struct Corner: Hashable, Sendable {
        let x: Int
        let y: Int
    }

    /// The crop whose centre is nearest: crops begin every half of a side.
    private static func start(around centre: Double, _ extent: Int) -> Int {
        let step = Double(side / 2)
        let start = Int(((centre - step) / step).rounded()) * side / 2
        return max(0, min(start, extent - side))
    }
}

extension DegradationReport {
    /// Tokens and words, with the degrees that a person gave.
    fileprivate func overruled(
        by degrees: [Int: Int], _ prompter: DegradationPrompter
    ) -> (tokens: [Float], words: String) {
        if degrees.isEmpty { return (embedding, prompt) }
        let said = judgements.overruled(by: degrees)
        return (prompter.embedding(said.probabilities), said.words)
    }
}

extension [DegradationJudgement] {
    /// Probabilities and words, with the degrees that a person gave.
    fileprivate func overruled(
        by degrees: [Int: Int]
    ) -> (probabilities: [[Double]], words: String) {
        let probabilities = enumerated().map { type, judgement in
            degrees[type].map { degree in
                judgement.probabilities.indices.map { $0 == degree ? 1.0 : 0.0 }
            } ?? judgement.probabilities
        }
        let phrases = enumerated().compactMap { type, judgement in
            guard let degree = degrees[type] else { return judgement.phrase }
            return degree == 0 ? nil : judgement.kind.degrees[degree].phrases[0]
        }
        return (probabilities, phrases.joined(separator: ", "))
    }
}
