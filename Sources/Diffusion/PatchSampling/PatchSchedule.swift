internal import Foundation

/// Where the sampling of a patch starts, and how many steps it takes.
public struct PatchSteps: Sendable, Hashable, Codable {
    /// τ; 0 leaves the coarse latent as it is.
    public let tau: Int

    /// N.
    public let count: Int

    /// Nothing to do.
    public static let none = PatchSteps(tau: 0, count: 0)

    /// Makes a schedule of a patch.
    ///
    /// - Parameters:
    ///   - tau: τ, 0…1000.
    ///   - count: N, from 1 to τ; 0 with τ = 0.
    public init(tau: Int, count: Int) {
        precondition(
            tau == 0 && count == 0
                || count >= 1 && count <= tau && tau <= NoiseSchedule.stepCount,
            "\(count) steps from \(tau)")
        self.tau = tau
        self.count = count
    }

    /// The nearest schedule that can be run; too short a way is none at all.
    init(nearestTau tau: Double, count: Double) {
        let start = Int(tau.rounded())
        guard start >= 1, count > 0 else {
            self = .none
            return
        }
        let steps = max(1, Int(count.rounded()))
        self.init(tau: min(start, NoiseSchedule.stepCount), count: min(steps, start))
    }
}

/// From the confidence of a patch to its steps.
public enum PatchSchedule: Sendable, Equatable {
    /// Each group has its own τ and N, as in the paper.
    case groups([SamplingPlan.Group])
    /// τ and N follow the confidence without jumps, through the middle of each group.
    case continuous([SamplingPlan.Group])

    /// The groups that it was made of.
    public var groups: [SamplingPlan.Group] {
        switch self {
        case .groups(let groups), .continuous(let groups): groups
        }
    }

    /// The group that a patch belongs to.
    ///
    /// - Parameter confidence: Its mean confidence.
    /// - Returns: A position in ``groups``.
    public func group(of confidence: Double) -> Int {
        groups.firstIndex { confidence >= $0.confidence } ?? groups.count - 1
    }

    /// The steps of a patch.
    ///
    /// - Parameters:
    ///   - confidence: Its mean confidence.
    ///   - fidelity: How much of the way is left out, 0…1: sampling starts at (1 - fidelity) τ, where
    ///     less of the coarse latent is lost in noise, and takes as many steps fewer; at 1 the coarse
    ///     latent stays as it is.
    /// - Returns: τ and N.
    public func steps(confidence: Double, fidelity: Double = 0) -> PatchSteps {
        let share = 1 - min(max(fidelity, 0), 1)
        switch self {
        case .groups(let groups):
            let group = groups[group(of: confidence)]
            return PatchSteps(
                nearestTau: share * Double(group.tau), count: share * Double(group.steps))
        case .continuous(let groups):
            let (tau, count) = Self.between(groups, confidence)
            return PatchSteps(nearestTau: share * tau, count: share * count)
        }
    }

    /// The same schedule with another number of steps.
    ///
    /// - Parameter most: The steps of the group that takes most; the others keep their ratio to it.
    /// - Returns: The schedule.
    public func withSteps(most: Int) -> PatchSchedule {
        let now = groups.map(\.steps).max() ?? 0
        guard now > 0 else { return self }
        let changed = groups.map { group in
            var group = group
            let scaled = Int((Double(group.steps * most) / Double(now)).rounded())
            if group.tau > 0 { group.steps = min(max(1, scaled), group.tau) }
            return group
        }
        switch self {
        case .groups: return .groups(changed)
        case .continuous: return .continuous(changed)
        }
    }

    /// Linear between the middles of the groups' ranges, in fiftieths of the confidence: patches
    /// that are nearly alike share a batch.
    private static func between(
        _ groups: [SamplingPlan.Group], _ confidence: Double
    ) -> (tau: Double, count: Double) {
        let rounded = (confidence * 50).rounded() / 50
        var upper = 1.0
        let knots = groups.map { group in
            defer { upper = group.confidence }
            return (middle: (group.confidence + upper) / 2, group: group)
        }
        guard let below = knots.firstIndex(where: { $0.middle <= rounded }) else {
            let last = groups[groups.count - 1]
            return (Double(last.tau), Double(last.steps))
        }
        let low = knots[below]
        guard below > 0 else { return (Double(low.group.tau), Double(low.group.steps)) }
        let high = knots[below - 1]
        let part = (rounded - low.middle) / (high.middle - low.middle)
        func mixed(_ a: Int, _ b: Int) -> Double { Double(a) + part * Double(b - a) }
        return (
            mixed(low.group.tau, high.group.tau), mixed(low.group.steps, high.group.steps)
        )
    }
}
