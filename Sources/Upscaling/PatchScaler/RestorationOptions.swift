public import DegradationPrompts
public import Diffusion
public import Foundation
public import Imaging
internal import TextureMemory

/// What one call wants of an upscaler that restores by diffusion.
public struct RestorationOptions: Sendable {
    /// How the steps of sampling are given to patches.
    public enum Grouping: Sendable, Equatable {
        /// The groups that stand in the network's configuration.
        case trained
        /// τ and N follow the confidence of a patch without jumps, through the network's groups.
        case continuous
        /// All patches alike, as the hardest.
        case uniform
        /// Other groups.
        case groups([SamplingPlan.Group])
    }

    /// Which noise is drawn; the photo's content decides, too.
    public var seed: UInt64 = 0
    /// See ``Grouping``.
    public var grouping = Grouping.trained
    /// Steps of the group that takes most; nil for the network's.
    ///
    /// The other groups keep their ratio to it.
    public var steps: Int?
    /// The sampler; nil for the network's.
    public var sampler: Sampler?
    /// Textures that a patch is shown; nil for as many as the network was trained with, 0 for none.
    public var textureCount: Int?
    /// Whether the degradation prompt conditions the diffusion.
    public var usesDegradation = true
    /// What a person says of the degradation, such as "heavy noise, no blur"; it overrules the
    /// classifier for the types that it names.
    public var degradation: String?
    /// A report on the whole photo that replaces what the classifier would say of each patch, such as
    /// that of a prompt bundle; ``degradation`` overrules it, too.
    public var degradationReport: DegradationStatement?
    /// What is in the photo: textures with these tags rank higher.
    public var tags: [String] = []
    /// How much higher, see
    /// ``TextureMemory/TextureMemory/neighbours(of:count:favouring:weight:threads:)``.
    public var tagWeight = TagAgreement.standardWeight
    /// From 0, the whole diffusion, to 1, the coarse result of the restoration module; nil for 0
    /// where there is a network for it, and 1 elsewhere.
    public var fidelity: Double?
    /// Grey, of the size of the picture or of the result: white areas keep the coarse result.
    public var keepMask: Image?
    /// Where the colours come from.
    public var colour = ColourFix.wavelet
    /// Where what has been sampled of a large photo is kept until its result is done; nil for nowhere.
    ///
    /// A run that was killed goes on from there, to the same bytes. The file is removed at the end.
    public var journal: URL?
    /// Whether the result carries ``RestorationMaps``.
    public var wantsMaps = false

    /// How often the network has to be asked for a patch, over all patches, before there is a journal.
    var journalFrom = 4000

    /// Makes the options that are used when nothing is asked for.
    public init() {}

    /// The schedule of a network under these options.
    ///
    /// - Throws: ``UpscaleError/badRestoration(reason:)`` for groups that cannot be.
    func schedule(of plan: SamplingPlan) throws(UpscaleError) -> PatchSchedule {
        var schedule: PatchSchedule
        switch grouping {
        case .trained: schedule = .groups(plan.groups)
        case .continuous: schedule = .continuous(plan.groups)
        case .uniform:
            var hardest = plan.groups[plan.groups.count - 1]
            hardest.confidence = 0
            schedule = .groups([hardest])
        case .groups(let groups):
            if let problem = SamplingPlan.problem(with: groups) {
                throw .badRestoration(reason: "the groups \(problem)")
            }
            schedule = .groups(groups)
        }
        if let steps { schedule = schedule.withSteps(most: steps) }
        return schedule
    }
}
