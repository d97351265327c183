internal import ArgumentParser
internal import Imaging
internal import ModelStore
internal import Tensors
internal import Upscaling

/// The options of `upscale`, and the one place where they become ``UpscaleOptions``.
struct UpscaleArguments: ParsableArguments {
    enum Precision: String, ExpressibleByArgument, CaseIterable {
        case auto, f32, bf16
    }

    @Option(
        help: ArgumentHelp(
            "auto: promptsr for clean photos, patchscaler for all others; promptsr, which is "
                + "faithful and chooses its network by the scale; patchscaler, which restores; one "
                + "network, such as promptsr-x4; or the path of a model folder.",
            valueName: "name"))
    var model = "auto"

    @OptionGroup var size: SizeArguments

    @Option(help: "Precision of the arithmetic; auto is bf16 where the processor has it.")
    var precision: Precision = .auto

    @Option(help: ArgumentHelp("Threads. Default: all processors.", valueName: "count"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Side of the regions that the network sees at once, a multiple of 16. Smaller ones "
                + "take less memory; in larger ones the network looks further.",
            valueName: "pixels"))
    var region = RegionOptions.standard.size

    @Option(
        help: ArgumentHelp("Pixels that neighbouring regions share.", valueName: "pixels"))
    var overlap = RegionOptions.standard.overlap

    @OptionGroup var format: FormatArguments

    @Option(
        help: ArgumentHelp(
            "Refuse pictures of more megapixels, which may be decompression bombs.",
            valueName: "megapixels"))
    var maxMegapixels = 256

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024, not \(threads).")
        }
        guard (1...100_000).contains(maxMegapixels) else {
            throw ValidationError(
                "--max-megapixels must be from 1 to 100000, not \(maxMegapixels).")
        }
        do {
            _ = try RegionOptions(size: region, overlap: overlap)
        } catch {
            throw ValidationError("\(error).")
        }
    }

    /// The options for each picture.
    ///
    /// - Parameter defaultTarget: The size when none was asked for.
    /// - Returns: The options.
    /// - Throws: ``UpscaleError/badRegions(reason:)``, which `validate` has ruled out.
    func options(defaultTarget: TargetSize) throws -> UpscaleOptions {
        UpscaleOptions(
            target: size.target ?? defaultTarget,
            regions: try RegionOptions(size: region, overlap: overlap),
            compute: .automatic(
                threads: threads, precision: ComputePolicy.Precision(rawValue: precision.rawValue)),
            quality: format.quality,
            limits: DecodingLimits(maximumPixels: maxMegapixels * 1_000_000))
    }
}
