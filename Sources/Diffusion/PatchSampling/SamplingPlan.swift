/// How the patches of a photo are sampled: what belongs to a trained Patch-DiT, and stands in its
/// configuration.
///
/// Source: PatchScaler, section 3.2, equations (2), (6) and (7): patches are grouped by the mean
/// confidence of the restoration module, and easy groups start late and take few steps.
public struct SamplingPlan: Codable, Equatable, Sendable {
    /// A group of patches that are treated alike.
    public struct Group: Codable, Equatable, Sendable {
        /// The least mean confidence of its patches; groups before this one take the more confident.
        public var confidence: Double

        /// τ, the step that sampling starts at: 1…1000, or 0 together with ``steps``.
        public var tau: Int

        /// N, how often the network is asked for a patch; 0 leaves the coarse latent as it is.
        public var steps: Int

        /// Makes a group.
        ///
        /// - Parameters:
        ///   - confidence: See ``confidence``.
        ///   - tau: See ``tau``.
        ///   - steps: See ``steps``.
        public init(confidence: Double, tau: Int, steps: Int) {
            self.confidence = confidence
            self.tau = tau
            self.steps = steps
        }

        /// Whether a sampler can run it.
        var isPossible: Bool {
            tau == 0 && steps == 0
                || (1...NoiseSchedule.stepCount).contains(tau) && (1...max(1, tau)).contains(steps)
        }
    }

    /// Latent positions from one patch to the next, at most V.
    public var stride = 12

    /// The sampler.
    public var sampler = Sampler.dpmSolver

    /// The groups, the most confident first; the last takes all that are left.
    public var groups = Self.paper

    /// Simple, medium and hard patches as in the paper.
    public static let paper = [
        Group(confidence: 0.95, tau: 400, steps: 8), Group(confidence: 0.75, tau: 700, steps: 14),
        Group(confidence: 0, tau: 1000, steps: 20),
    ]

    /// One group for all patches: the paper's baseline.
    public static let uniform = [Group(confidence: 0, tau: 1000, steps: 20)]

    /// Makes the paper's plan.
    public init() {}

    /// Says what is wrong with a list of groups.
    ///
    /// - Parameter groups: The groups.
    /// - Returns: What they must be, or nil when nothing is wrong.
    public static func problem(with groups: [Group]) -> String? {
        let bounds = groups.map(\.confidence)
        guard (1...64).contains(groups.count), bounds.last == 0, bounds.allSatisfy({ $0 <= 1 }),
            zip(bounds, bounds.dropFirst()).allSatisfy({ $0 > $1 })
        else { return "must have confidences that fall from at most 1 to 0" }
        guard groups.allSatisfy(\.isPossible) else {
            return "must have 1 to τ steps, and τ from 1 to 1000; or 0 for both"
        }
        return nil
    }
}
