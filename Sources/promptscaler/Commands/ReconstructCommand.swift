internal import ArgumentParser
internal import Autoencoding
internal import Foundation
internal import Imaging
internal import ModelStore
internal import Upscaling

/// `promptscaler reconstruct`.
struct ReconstructCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconstruct",
        abstract: "Send pictures through a latent autoencoder and back, and say what was lost.",
        discussion: """
            Everything that is made in an autoencoder's latents passes through its decoder, so what \
            it loses here nothing after it can bring back. For each picture: PSNR on red, green \
            and blue and on Y, on 8 bits without a border; and the gradient energy, the mean square \
            of the differences between neighbouring pixels, as a part of the original's. \
            Transparency is kept aside.

            EXAMPLES
              promptscaler reconstruct photo.png -o back.png
              promptscaler reconstruct photos/ -o back/ --json
              How much does noise in the latent cost?
                promptscaler reconstruct photos/ -o back/ --latent-noise 0.1
              Do tiles show?
                promptscaler reconstruct photo.png -o back.png --tile 512 --seams
            """)

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "in"))
    var inputs: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A file; or a folder, when there are several inputs or the input is one.",
            valueName: "out"))
    var output: String

    @OptionGroup(title: "How") var autoencoder: AutoencoderArguments

    @Option(
        help: ArgumentHelp(
            "Add normal noise of this deviation to the latent, whose own is about 1.",
            valueName: "deviation"))
    var latentNoise: Float = 0

    @Option(help: ArgumentHelp("Which noise.", valueName: "number"))
    var seed: UInt64 = 0

    @Flag(
        help: """
            Also code each picture in one piece, which takes much memory, and say by how many of \
            255 levels a pixel differs at most.
            """)
    var seams = false

    @OptionGroup var format: FormatArguments
    @OptionGroup(title: "Models") var models: ModelArguments

    @Flag(help: "Print a line of JSON for each picture, and one for all.")
    var json = false

    @Flag(name: [.short, .long], help: "Say nothing but errors and figures.")
    var quiet = false

    func validate() throws {
        if inputs.contains("-") || output == "-" {
            throw ValidationError("Standard input and output cannot be used here.")
        }
        guard latentNoise >= 0, latentNoise.isFinite else {
            throw ValidationError("--latent-noise must be 0 or more, not \(latentNoise).")
        }
    }

    func run() throws {
        let reconstruction = Reconstruction(
            network: try autoencoder.network(in: models.store), tiles: autoencoder.tiles,
            policy: autoencoder.policy, noise: latentNoise, seed: seed, measuresSeams: seams)
        let interruption = Interruption()
        let plan = try BatchPlan.make(inputs: inputs, output: output, format: format.imageFormat)
        let display = ProgressDisplay(fileCount: plan.jobs.count, isQuiet: quiet)
        var failures = FailureList(printsJSON: json)
        for rejection in plan.rejected {
            try failures.add(rejection.error, name: rejection.name, display)
        }
        var table = ReconstructionTable(
            channels: reconstruction.network.latentChannels, printsJSON: json)
        for job in plan.jobs {
            try interruption.check()
            display.begin(job.name)
            do {
                let decoded = try ImageFile.decode(
                    Streams.read(job.input.path), name: job.input.lastPathComponent)
                let result = try reconstruction.run(decoded.image) { completed, total in
                    try interruption.check()
                    display.update(completed: completed, total: total)
                }
                try write(result.image, of: decoded, to: job)
                display.clear()
                try table.add(result.figures, result.latent, name: job.name)
            } catch let error as Interrupted {
                display.clear()
                throw error
            } catch {
                try failures.add(error, name: job.name, display)
            }
        }
        try table.end()
        try failures.throwIfAny()
    }

    private func write(_ image: Image, of decoded: DecodedImage, to job: BatchJob) throws {
        let format =
            format.imageFormat ?? ImageFormat(fileExtension: job.output.pathExtension)
            ?? decoded.format
        let bits = format == .png && decoded.bitsPerSample > 8 ? 16 : 8
        let data = try ImageFile.encode(
            image, as: format,
            options: EncodingOptions(bitsPerSample: bits, quality: self.format.quality),
            metadata: decoded.metadata)
        try FileManager.default.createDirectory(
            at: job.output.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Streams.write(data, to: job.output.path)
    }
}
