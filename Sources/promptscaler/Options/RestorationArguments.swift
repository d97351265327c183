internal import ArgumentParser
internal import Diffusion
internal import Foundation
internal import Imaging
internal import Upscaling

/// The options of `upscale` that only PatchScaler understands.
struct RestorationArguments: ParsableArguments {
    enum SamplerName: String, ExpressibleByArgument, CaseIterable {
        case dpm, ddim, ddpm
    }

    enum ColourName: String, ExpressibleByArgument, CaseIterable {
        case wavelet, adain, none
    }

    @Option(
        help: ArgumentHelp(
            "Which noise is drawn. The same seed gives the same picture.", valueName: "number"))
    var seed: UInt64?

    @Option(
        help: ArgumentHelp(
            "From 0, the whole diffusion, to 1, the restoration without it: smoother, and nothing is "
                + "invented.", valueName: "0…1"))
    var fidelity: Double?

    @Option(
        help: ArgumentHelp(
            "Steps for the hardest patches; easier ones take fewer in proportion.",
            valueName: "count"))
    var steps: Int?

    @Option(
        help: ArgumentHelp(
            "How steps are given to patches: trained (the groups of the network), continuous, uniform, "
                + "or CONFIDENCE:START:STEPS,… such as 0.95:400:8,0.75:700:14,0:1000:20.",
            valueName: "groups"))
    var groups: GroupingArgument?

    @Option(help: "The sampler. Default: the network's.")
    var sampler: SamplerName?

    @Option(
        help: ArgumentHelp(
            "A texture memory's name, or the path of its folder. Default: natural.",
            valueName: "memory"))
    var memory: String?

    @Option(help: ArgumentHelp("Textures that each patch is shown.", valueName: "count"))
    var topK: Int?

    @Flag(help: "Do without textures.")
    var noTexturePrompt = false

    @Option(
        help: ArgumentHelp(
            "Say how the photo was degraded, such as \"heavy noise, no blur\". What is not named is "
                + "judged from the photo.", valueName: "words"))
    var degradation: String?

    @Flag(help: "Do without the degradation prompt.")
    var noDegradationPrompt = false

    @Option(
        help: ArgumentHelp(
            "A picture of the size of the photo or of the result: where it is white, the result is "
                + "as with --fidelity 1. For faces and text.", valueName: "file"))
    var keepMask: String?

    @Option(
        help: ArgumentHelp(
            "What comes from the photo: its slow changes of colour (wavelet, the default), the mean "
                + "and contrast of its colours (adain), or none.", valueName: "name"))
    var colour: ColourName?

    @Option(
        help: ArgumentHelp(
            "Write what the diffusion saw: confidence and groups as PNG, and the patches with their "
                + "textures as JSON.", valueName: "folder"))
    var saveMaps: String?

    @Option(
        help: ArgumentHelp(
            "Write whose textures were used, by licence.", valueName: "file"))
    var attribution: String?

    func validate() throws {
        if let fidelity, !(0...1).contains(fidelity) {
            throw ValidationError("--fidelity must be from 0 to 1, not \(fidelity).")
        }
        if let steps, !(1...1000).contains(steps) {
            throw ValidationError("--steps must be from 1 to 1000, not \(steps).")
        }
        if let topK, !(1...64).contains(topK) {
            throw ValidationError("--top-k must be from 1 to 64, not \(topK).")
        }
        if noTexturePrompt && (memory != nil || topK != nil) {
            throw ValidationError("--no-texture-prompt contradicts --memory and --top-k.")
        }
        if noDegradationPrompt && degradation != nil {
            throw ValidationError("--no-degradation-prompt contradicts --degradation.")
        }
    }

    /// Where textures come from.
    var memoryChoice: PatchScalerMemory {
        noTexturePrompt ? .none : memory.map { .named($0) } ?? .standard
    }

    /// Whether the maps of each photo are needed.
    var wantsMaps: Bool { saveMaps != nil || attribution != nil }

    /// The first option that was given, if any was.
    var given: String? {
        let options: [(String, Bool)] = [
            ("--seed", seed != nil), ("--fidelity", fidelity != nil), ("--steps", steps != nil),
            ("--groups", groups != nil), ("--sampler", sampler != nil),
            ("--memory", memory != nil), ("--top-k", topK != nil),
            ("--no-texture-prompt", noTexturePrompt), ("--degradation", degradation != nil),
            ("--no-degradation-prompt", noDegradationPrompt), ("--keep-mask", keepMask != nil),
            ("--colour", colour != nil), ("--save-maps", saveMaps != nil),
            ("--attribution", attribution != nil),
        ]
        return options.first { $0.1 }?.0
    }

    /// The options for each photo; reads the mask.
    func options() throws -> RestorationOptions {
        var options = RestorationOptions()
        options.seed = seed ?? 0
        options.grouping = groups?.grouping ?? .trained
        options.steps = steps
        options.sampler = sampler.flatMap { Sampler(rawValue: $0.rawValue) }
        options.textureCount = noTexturePrompt ? 0 : topK
        options.usesDegradation = !noDegradationPrompt
        options.degradation = degradation
        // Whoever asks for diffusion wants to hear that it cannot be had.
        let asks = steps != nil || groups != nil || sampler != nil || memory != nil || topK != nil
        options.fidelity = fidelity ?? (asks ? 0 : nil)
        options.keepMask = try keepMask.map { try ImageFile.read(URL(filePath: $0)).image }
        options.colour = colour.flatMap { ColourFix(rawValue: $0.rawValue) } ?? .wavelet
        options.wantsMaps = wantsMaps
        return options
    }
}

/// `--groups`.
struct GroupingArgument: ExpressibleByArgument {
    let grouping: RestorationOptions.Grouping

    init?(argument: String) {
        switch argument {
        case "trained": grouping = .trained
        case "continuous": grouping = .continuous
        case "uniform": grouping = .uniform
        default:
            var groups: [SamplingPlan.Group] = []
            for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
                let words = part.split(separator: ":", omittingEmptySubsequences: false)
                guard words.count == 3, let confidence = Double(words[0]), let tau = Int(words[1]),
                    let steps = Int(words[2])
                else { return nil }
                groups.append(.init(confidence: confidence, tau: tau, steps: steps))
            }
            guard SamplingPlan.problem(with: groups) == nil else { return nil }
            grouping = .groups(groups)
        }
    }
}
