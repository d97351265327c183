/// The steps of a sampling run, from τ down to 0.
public struct StepPlan: Sendable, Equatable {
    /// The values of t, falling; the last is 0.
    public let times: [Int]

    /// Evenly spaced steps.
    ///
    /// Source: PatchScaler, equations (6) and (7): a run may start at τ < T from the coarse latent.
    ///
    /// - Parameters:
    ///   - tau: τ, 1…1000.
    ///   - count: N, how often the network is asked; no more than τ.
    public init(from tau: Int, count: Int) {
        precondition(
            (1...NoiseSchedule.stepCount).contains(tau) && (1...tau).contains(count),
            "\(count) steps from \(tau)")
        times =
            (0..<count).map { index in
                let t = Double(tau) * Double(count - index) / Double(count)
                return Int(t.rounded(.toNearestOrEven))
            } + [0]
    }
}
