internal import ArgumentParser
internal import Degradations
internal import Foundation
internal import Imaging
internal import Upscaling

/// `promptscaler degrade`.
struct DegradeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "degrade",
        abstract: "Make pictures worse in known ways, for training and tests.",
        discussion: """
            Without steps, a recipe draws what happens to each picture: real-esrgan has two rounds \
            of blur, resize, noise and JPEG, and makes the picture four times smaller. With steps, \
            exactly these are done, in the order of the list below; for another order, run the \
            program twice.

            The seed and the content of a file decide every draw and all noise: a picture \
            gets the same result alone, in a folder, under another name, and on any number of \
            threads. --labels writes every number that was drawn.

            Results are PNG files unless --format or the name of the output says otherwise, because \
            JPEG and WebP would add what no label tells. Grey pictures stay grey; transparency is \
            only resized. Results that are there already are made again.

            EXAMPLES
              promptscaler degrade photos/ -o low/ --labels low.json
              promptscaler degrade photo.png -o worse.png --blur 2 --noise 10 --jpeg 40
              promptscaler degrade in/ -o low/ --recipe my.recipe.json --scale 2
              Noise before the blur:
                promptscaler degrade a.png -o noisy.png --noise 10
                promptscaler degrade noisy.png -o b.png --blur 2
            """)

    @Argument(help: ArgumentHelp("Files, folders, or '-' for standard input.", valueName: "in"))
    var inputs: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A file; or a folder, when there are several inputs or the input is one; or '-'.",
            valueName: "out"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "A recipe's name, or the path of its file. Default: real-esrgan, when no step is given.",
            valueName: "recipe"))
    var recipe: String?

    @Option(
        help: ArgumentHelp(
            "How many times smaller a recipe makes pictures, 1 to 16. Default: as it says.",
            valueName: "factor"))
    var scale: Int?

    @Option(help: ArgumentHelp("Which draws and which noise.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp("Write what was done to each picture, as JSON.", valueName: "file"))
    var labels: String?

    @OptionGroup(title: "Steps, in this order") var steps: StepArguments

    @OptionGroup var format: FormatArguments
    @OptionGroup var threading: ThreadArguments

    @Option(
        help: ArgumentHelp(
            "Folder that holds 'Prompts'. Default: PROMPTSCALER_HOME, and then where models are "
                + "looked for.", valueName: "folder"))
    var home: String?

    @Flag(help: "Print a line of JSON for each picture to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        if inputs.count > 1 && (inputs.contains("-") || output == "-") {
            throw ValidationError("Standard input and output take one picture.")
        }
        if output == "-" && json {
            throw ValidationError("--json and the picture cannot both go to standard output.")
        }
        if recipe != nil && !steps.isEmpty {
            throw ValidationError("Give --recipe or single steps, not both.")
        }
        if scale != nil && !steps.isEmpty {
            throw ValidationError("--scale belongs to recipes; use --resize among single steps.")
        }
        if let scale, !(1...16).contains(scale) {
            throw ValidationError("--scale must be from 1 to 16, not \(scale).")
        }
    }

    func run() throws {
        let store = RecipeStore(roots: ModelArguments.roots(home: home))
        let degrading = Degrading(
            recipe: steps.isEmpty ? try store.recipe(named: recipe ?? "real-esrgan") : nil,
            scale: scale, steps: steps, seed: seed, threads: threading.count,
            quality: format.quality)
        let isStream = output == "-" || inputs == ["-"]
        let plan =
            try isStream
            ? nil
            : BatchPlan.make(
                inputs: inputs, output: output, format: fileFormat)
        var labelling = try Labelling(
            path: labels, recipe: degrading.recipe?.name, seed: seed,
            others: plan.map { $0.jobs.flatMap { [$0.input.path, $0.output.path] } }
                ?? [inputs[0], output])
        do {
            if let plan {
                try run(plan, degrading, &labelling)
            } else {
                try runStream(degrading, &labelling)
            }
        } catch {
            // What was done is labelled, whatever came after it.
            try labelling.write()
            throw error
        }
        try labelling.write()
    }

    /// PNG, unless the format was asked for or the name of the one result tells it.
    private var fileFormat: ImageFormat? {
        if let asked = format.imageFormat { return asked }
        let isFolder = { (path: String) in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
                && isDirectory.boolValue
        }
        let several =
            inputs.count > 1 || output.hasSuffix("/") || isFolder(output) || isFolder(inputs[0])
        return several ? .png : nil
    }

    private func runStream(_ degrading: Degrading, _ labelling: inout Labelling) throws {
        if output == "-" { try Streams.refuseTerminal() }
        let name = inputs[0] == "-" ? "standard input" : inputs[0]
        let format =
            try Streams.format(for: output, asked: format.imageFormat) ?? ImageFormat.png
        let result = try degrading.run(
            Streams.read(inputs[0]), name: name, output: output, format: format
        ) { _, _ in }
        try Streams.write(result.data, to: output)
        labelling.add(result.label)
        if json { try Console.result(json: DegradeRecord(label: result.label)) }
    }

    private func run(
        _ plan: BatchPlan, _ degrading: Degrading, _ labelling: inout Labelling
    ) throws {
        let interruption = Interruption(message: "Stopping after the step in work …")
        let display = ProgressDisplay(fileCount: plan.jobs.count, isQuiet: quiet)
        var failures = FailureList(printsJSON: json)
        for rejection in plan.rejected {
            try failures.add(rejection.error, name: rejection.name, display)
        }
        for job in plan.jobs {
            try interruption.check()
            display.begin(job.name)
            do {
                let format =
                    fileFormat ?? ImageFormat(fileExtension: job.output.pathExtension) ?? .png
                let result = try degrading.run(
                    Streams.read(job.input.path), name: job.name, output: job.output.relativePath,
                    format: format
                ) { completed, total in
                    try interruption.check()
                    display.update(completed: completed, total: total)
                }
                try FileManager.default.createDirectory(
                    at: job.output.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Streams.write(result.data, to: job.output.path)
                labelling.add(result.label)
                display.finish("\(job.name) → \(job.output.relativePath): \(result.summary)")
                if json { try Console.result(json: DegradeRecord(label: result.label)) }
            } catch let error as Interrupted {
                display.clear()
                throw error
            } catch {
                try failures.add(error, name: job.name, display)
            }
        }
        try failures.throwIfAny()
    }
}
