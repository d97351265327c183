internal import ArgumentParser
internal import DegradationPrompts
internal import Foundation
internal import Imaging

/// `promptscaler prompt degradation`.
struct PromptDegradationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "degradation",
        abstract: "Say how photos were degraded: types, degrees, and how sure that is.",
        discussion: """
            Looks at regions of each photo at their full resolution and prints its degradation \
            prompt, the words that an upscaler is conditioned on. What is said is what can still be \
            seen: noise that a later reduction wiped out does not count. Types, degrees and \
            words stand in 'Prompts/degradation.json'.

            EXAMPLES
              promptscaler prompt degradation photo.jpg
              promptscaler prompt degradation photo.jpg --explain --map map.png
              promptscaler prompt degradation holiday/ --csv > degradations.csv
            """)

    @Argument(help: ArgumentHelp("Photos and folders.", valueName: "photo"))
    var photos: [String]

    @Flag(help: "Print a line for each type: degree, confidence, and the chances of all degrees.")
    var explain = false

    @Flag(help: "Print a line of JSON for each photo.")
    var json = false

    @Flag(help: "Print comma-separated values: a line for each photo.")
    var csv = false

    @Flag(help: "With --json: also the embedding that conditions the diffusion.")
    var embedding = false

    @Option(
        help: ArgumentHelp(
            "Write the photo once for each type, in grey, with the type's degree in colour: yellow is "
                + "light, red heavy. For a single photo.", valueName: "png"))
    var map: String?

    @OptionGroup var judging: DegradationArguments

    @OptionGroup(title: "Models") var models: ModelArguments

    @Flag(name: [.short, .long], help: "Say nothing but errors and results.")
    var quiet = false

    func validate() throws {
        if [explain, json, csv].count(where: { $0 }) > 1 {
            throw ValidationError("Give one of --explain, --json and --csv.")
        }
        if embedding && !json { throw ValidationError("--embedding needs --json.") }
        if let map, ImageFormat(fileExtension: URL(filePath: map).pathExtension) != .png {
            throw ValidationError("--map must be the name of a PNG file, not '\(map)'.")
        }
    }

    func run() throws {
        let list = PhotoList(photos)
        if map != nil && !list.isSingle {
            throw ValidationError("--map is for a single photo.")
        }
        let prompter = try judging.prompter(models.store)
        let interruption = Interruption()
        let display = ProgressDisplay(fileCount: list.photos.count, isQuiet: quiet)
        let style: DegradationTable.Style =
            json ? .json(withEmbedding: embedding) : csv ? .csv : explain ? .explained : .text
        let table = DegradationTable(
            style: style, prompter: prompter, namesPhotos: !list.isSingle)
        var failures = FailureList(printsJSON: json)
        for rejection in list.rejected {
            try failures.add(rejection.error, name: rejection.name, display)
        }
        table.begin()
        for photo in list.photos {
            try interruption.check()
            display.begin(photo.name)
            do {
                let image = try ImageFile.read(photo.url).image
                let report = try prompter.report(
                    of: image, stride: judging.stride, policy: judging.policy
                ) {
                    try interruption.check()
                    display.update(completed: Int($0 * 100), total: 100, unit: "%")
                }
                if let map {
                    try Streams.write(
                        ImageFile.encode(report.map.picture(on: image), as: .png), to: map)
                }
                display.clear()
                try table.add(report, of: image, name: photo.name)
            } catch let error as Interrupted {
                display.clear()
                throw error
            } catch {
                try failures.add(error, name: photo.name, display)
            }
        }
        try failures.throwIfAny()
    }
}
