/// One bar over several stages, each with the share of the time that it usually takes.
struct StageProgress {
    enum Stage: Int, CaseIterable {
        case toLatent, restore, sample, fromLatent
    }

    private let shares: [Double]

    /// The parts of the whole that are counted.
    private static let total = 1000

    init(isSampled: Bool) {
        shares = isSampled ? [0.1, 0.05, 0.7, 0.15] : [0.35, 0.2, 0, 0.45]
    }

    /// How far the whole is when so much of a stage is done, 0…1.
    func at(_ stage: Stage, _ share: Double) -> UpscaleProgress {
        let before = shares[..<stage.rawValue].reduce(0, +)
        let done = before + shares[stage.rawValue] * share
        return UpscaleProgress(
            completed: Int((done * Double(Self.total)).rounded()), total: Self.total)
    }
}
