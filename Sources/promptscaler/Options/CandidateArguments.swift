internal import ArgumentParser
internal import TextureMemory

/// Which patches of a corpus are considered.
struct CandidateArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Patches that are encoded; entries are chosen among them.", valueName: "count"))
    var initial = BuildParameters().initial

    @Option(help: ArgumentHelp("Which random sample of patches is taken.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "Pixels from one patch to the next. Default: the side of a patch.",
            valueName: "pixels"))
    var stride: Int?

    @Option(
        help: ArgumentHelp(
            "Gradient energy, in squared levels of 255, below which a patch is flat.",
            valueName: "energy"))
    var flatBelow = BuildParameters().flatBelow

    @Option(
        help: ArgumentHelp("The share of flat patches that is kept.", valueName: "0…1"))
    var flatShare = BuildParameters().flatShare

    @Option(
        help: ArgumentHelp(
            "Pass over pictures of more megapixels, which may be decompression bombs.",
            valueName: "megapixels"))
    var maxMegapixels = 256

    func validate() throws {
        guard (1...100_000).contains(maxMegapixels) else {
            throw ValidationError(
                "--max-megapixels must be from 1 to 100000, not \(maxMegapixels).")
        }
    }

    /// The parameters with a given size.
    func parameters(size: Int) -> BuildParameters {
        var parameters = BuildParameters()
        parameters.initial = initial
        parameters.size = size
        parameters.seed = seed
        parameters.stride = stride
        parameters.flatBelow = flatBelow
        parameters.flatShare = flatShare
        parameters.maximumPixels = maxMegapixels * 1_000_000
        return parameters
    }
}

/// A part of a corpus as it is written: `2/4`.
struct ShardArgument: ExpressibleByArgument {
    var shard = BuildParameters.Shard(index: 1, count: 1)

    init() {}

    init?(argument: String) {
        let numbers = argument.split(separator: "/", omittingEmptySubsequences: false)
            .map { Int($0) }
        guard numbers.count == 2, let index = numbers[0], let count = numbers[1], count >= 1,
            (1...count).contains(index)
        else { return nil }
        shard = BuildParameters.Shard(index: index, count: count)
    }

    var defaultValueDescription: String { shard.description }
}
