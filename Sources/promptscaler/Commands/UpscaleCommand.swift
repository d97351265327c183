internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import ModelStore
internal import Upscaling

/// `promptscaler upscale`.
struct UpscaleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upscale",
        abstract: "Make pictures larger.",
        discussion: """
            Inputs are PNG, JPEG and WebP files, and folders, which are searched in depth and whose \
            structure is kept. '-' is standard input or output.

            Results have the ICC profile, EXIF and XMP of the input, its transparency, and its 16 \
            bits when both files are PNG. A photo that lies on its side is turned upright.

            A result that is there already is not made again if it is not older than its input \
            and has the size and format that this run would give it. Results get their name only \
            when they are complete, so an interrupted run leaves nothing half done; start it again \
            and it goes on where it was. A file that cannot be done is reported, and the others \
            are done.

            EXAMPLES
              Four times larger, as PNG:
                promptscaler upscale photo.jpg -o photo-large.png
              A folder, twice as large; JPEG stays JPEG and PNG stays PNG:
                promptscaler upscale holiday/ -o holiday-large/ --scale 2
              To a width of 3840 pixels:
                promptscaler upscale photo.jpg -o photo-4k.jpg --size 3840x
              What would it take?
                promptscaler upscale photo.jpg -o photo-large.png --dry-run
              Restored, and inventing nothing where m.png is white:
                promptscaler upscale a.jpg -o b.png --keep-mask m.png
              In a pipe:
                cat photo.png | promptscaler upscale - -o - > large.png
            """)

    @Argument(help: ArgumentHelp("Files, folders, or '-' for standard input.", valueName: "in"))
    var inputs: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A file; or a folder, when there are several inputs or the input is one; or '-'.",
            valueName: "out"))
    var output: String

    @OptionGroup(title: "How") var arguments: UpscaleArguments
    @OptionGroup(title: "PatchScaler only") var restoration: RestorationArguments
    @OptionGroup(title: "Prompts, for PatchScaler") var prompting: PhotoPromptArguments
    @OptionGroup(title: "Models") var models: ModelArguments

    @Flag(help: "Print a line of JSON for each picture to standard output.")
    var json = false

    @Flag(
        help: "Only print size, regions, memory and time for each picture; write nothing.")
    var dryRun = false

    @Flag(help: "Make results again that are there already.")
    var overwrite = false

    @Flag(name: [.short, .long], help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        if inputs.contains("-") && inputs.count > 1 {
            throw ValidationError("Standard input cannot be mixed with other inputs.")
        }
        if output == "-" && inputs.count > 1 {
            throw ValidationError("Standard output takes one picture, not \(inputs.count).")
        }
        if output == "-" && json && !dryRun {
            throw ValidationError("--json and the picture cannot both go to standard output.")
        }
        if let option = restorationOption, choice == .promptSR {
            throw ValidationError("\(option) needs --model patchscaler.")
        }
        if restoration.noTexturePrompt, prompting.givesTags {
            throw ValidationError("--no-texture-prompt leaves nothing for tags to do.")
        }
        if restoration.keepMask != nil && inputs.count > 1 {
            throw ValidationError("--keep-mask is for a single photo.")
        }
    }

    func run() throws {
        let (upscaler, scale) = try makeUpscaler()
        var options = try arguments.options(defaultTarget: .scale(Double(scale)))
        options.restoration = try restoration.options()
        let records = RestorationRecords(restoration)
        let prompts = try prompting.prompts(models: models, maxMegapixels: arguments.maxMegapixels)
        if output == "-" || inputs == ["-"] {
            let stream = StreamUpscale(
                input: inputs.first ?? "-", output: output, format: arguments.format.imageFormat,
                upscaler: upscaler, options: options, records: records, prompts: prompts)
            try stream.run(isDryRun: dryRun, printsJSON: json, isQuiet: quiet)
        } else {
            let plan = try BatchPlan.make(
                inputs: inputs, output: output, format: arguments.format.imageFormat)
            let batch = BatchUpscale(
                plan: plan, format: arguments.format.imageFormat, upscaler: upscaler,
                options: options, overwrites: overwrite, records: records, prompts: prompts)
            try batch.run(isDryRun: dryRun, printsJSON: json, isQuiet: quiet)
        }
    }

    private enum Choice {
        case automatic, patchScaler, promptSR
    }

    /// What `--model` and the other options ask for: some are for PatchScaler only.
    private var choice: Choice {
        switch arguments.model {
        case "auto": restorationOption == nil ? .automatic : .patchScaler
        case "patchscaler": .patchScaler
        default: .promptSR
        }
    }

    /// The first option that was given of those that only PatchScaler has.
    private var restorationOption: String? { restoration.given ?? prompting.given }

    /// The upscaler, and the factor when none is asked for.
    private func makeUpscaler() throws -> (any Upscaler, scale: Int) {
        let store = models.store
        switch choice {
        case .automatic:
            let upscaler = try AutomaticUpscaler(store: store)
            return (upscaler, upscaler.largestFaithfulScale)
        case .patchScaler:
            return (try PatchScalerUpscaler(store: store, memory: restoration.memoryChoice), 4)
        case .promptSR:
            let upscaler =
                arguments.model.contains("/")
                ? PromptSRUpscaler(model: try ModelFolder(at: URL(filePath: arguments.model)))
                : try PromptSRUpscaler(store: store, model: arguments.model)
            return (upscaler, upscaler.scales.last ?? 4)
        }
    }
}
