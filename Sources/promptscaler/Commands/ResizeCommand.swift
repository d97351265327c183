internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import Upscaling

/// `promptscaler resize`.
struct ResizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resize",
        abstract: "Resize pictures without a network, as MATLAB's imresize does.",
        discussion: """
            Bicubic with a = -0.5, antialiased when the picture gets smaller, with the edge pixel \
            repeated outside: pictures of 8 bits come out bit for bit as the low-resolution images \
            of the usual benchmarks. Metadata, transparency and 16 bits are kept.

            EXAMPLES
              promptscaler resize photo.png -o small.png --scale 0.25
              promptscaler resize photos/ -o thumbnails/ --size 320x --filter area
            """)

    enum Filter: String, ExpressibleByArgument, CaseIterable { case bicubic, bilinear, area }

    @Argument(help: ArgumentHelp("Files, folders, or '-' for standard input.", valueName: "in"))
    var inputs: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A file; or a folder, when there are several inputs or the input is one; or '-'.",
            valueName: "out"))
    var output: String

    @OptionGroup var size: SizeArguments

    @Option(help: "How samples are weighed.")
    var filter: Filter = .bicubic

    @OptionGroup var format: FormatArguments

    func validate() throws {
        guard size.target != nil else { throw ValidationError("Give --scale or --size.") }
        if inputs.count > 1 && (inputs.contains("-") || output == "-") {
            throw ValidationError("Standard input and output take one picture.")
        }
    }

    func run() throws {
        guard let target = size.target else { return }
        if output == "-" || inputs == ["-"] {
            let input = inputs.first ?? "-"
            if output == "-" { try Streams.refuseTerminal() }
            let data = try resized(
                Streams.read(input), name: input == "-" ? "standard input" : input, to: target,
                format: Streams.format(for: output, asked: format.imageFormat))
            return try Streams.write(data, to: output)
        }
        let interruption = Interruption()
        let plan = try BatchPlan.make(inputs: inputs, output: output, format: format.imageFormat)
        let display = ProgressDisplay(fileCount: plan.jobs.count, isQuiet: true)
        var failures = FailureList(printsJSON: false)
        for rejection in plan.rejected {
            try failures.add(rejection.error, name: rejection.name, display)
        }
        for job in plan.jobs {
            try interruption.check()
            do {
                let data = try resized(
                    Streams.read(job.input.path), name: job.input.lastPathComponent, to: target,
                    format: format.imageFormat
                        ?? ImageFormat(fileExtension: job.output.pathExtension))
                try FileManager.default.createDirectory(
                    at: job.output.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Streams.write(data, to: job.output.path)
            } catch {
                try failures.add(error, name: job.name, display)
            }
        }
        try failures.throwIfAny()
    }

    private func resized(
        _ source: Data, name: String, to target: TargetSize, format: ImageFormat?
    ) throws -> Data {
        let decoded = try ImageFile.decode(source, name: name)
        let input = PixelSize(width: decoded.image.width, height: decoded.image.height)
        let output = try target.outputSize(for: input)
        let result = decoded.image.resized(
            width: output.width, height: output.height,
            filter: ResamplingFilter(rawValue: filter.rawValue) ?? .bicubic,
            quantization: decoded.bitsPerSample <= 8 ? .eightBit : .none)
        let format = format ?? decoded.format
        let bits = format == .png && decoded.bitsPerSample > 8 ? 16 : 8
        return try ImageFile.encode(
            result, as: format,
            options: EncodingOptions(bitsPerSample: bits, quality: self.format.quality),
            metadata: decoded.metadata)
    }
}
