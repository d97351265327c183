internal import ArgumentParser
internal import Foundation
internal import ModelStore
internal import SemanticPrompts
internal import Transfer
internal import Upscaling

/// `promptscaler prompt semantic`.
struct PromptSemanticCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "semantic",
        abstract: "Let services say what photos show.",
        discussion: """
            A tag service names what is in a photo, and a multimodal language model describes it: \
            vLLM, llama.cpp's server, Ollama, SGLang, LM Studio, 'transformers serve', or anything \
            else that speaks OpenAI's chat completions. Either can be left out. A small JPEG is \
            sent, without the photo's name, EXIF and colour profile.

            Answers are remembered: the same photo is not paid for twice, and a run that was \
            interrupted asks only for what is missing. A bundle that is there already is kept, \
            with whatever was edited in it. A photo that cannot be done is reported, and the \
            others are done.

            Services can stand in ~/.config/promptscaler/config.json and in the environment: \
            PROMPTSCALER_DESCRIBE_URL, PROMPTSCALER_DESCRIBE_MODEL, PROMPTSCALER_TAG_URL, \
            PROMPTSCALER_API_KEY, PROMPTSCALER_TAG_API_KEY. Proxies are taken from https_proxy, \
            http_proxy and no_proxy.

            EXAMPLES
              What does this photo show?
                promptscaler prompt semantic photo.jpg \\
                  --describe-url http://localhost:8000/v1
              Bundles for a folder, with tags first, eight photos at a time:
                promptscaler prompt semantic holiday/ --bundle prompts/ --jobs 8 \\
                  --tag-url http://localhost:9000/tags --describe-url http://localhost:11434
            """)

    @Argument(help: ArgumentHelp("Photos, and folders of photos.", valueName: "photo"))
    var inputs: [String]

    @Option(
        help: ArgumentHelp(
            "Write bundles: a file for one photo, otherwise a folder.", valueName: "path"))
    var bundle: String?

    @OptionGroup(title: "Services") var services: ServiceArguments

    @Option(
        help: ArgumentHelp("Photos that are worked on at a time.", valueName: "count"))
    var jobs = 4

    @Option(
        help: ArgumentHelp(
            "Describe the parts of a grid too, such as 2x2.", valueName: "columns x rows"))
    var regions: String?

    @Option(
        help: ArgumentHelp(
            "Look at this cleaned version of the photo instead; or at the file of the same name "
                + "in this folder.", valueName: "path"))
    var cleaned: String?

    @Option(
        help: ArgumentHelp(
            "The longest side of the picture that is sent.", valueName: "pixels"))
    var imageSide = SentPhoto.standardSide

    @Option(
        help: ArgumentHelp(
            "What is asked and how answers are cleaned. Default: Prompts/semantic.json.",
            valueName: "file"))
    var template: String?

    @OptionGroup(title: "Remembered answers") var cache: CacheArguments

    @Flag(help: "Ask nobody; use remembered answers.")
    var offline = false

    @Flag(help: "Neither use nor remember answers.")
    var noCache = false

    @Flag(help: "Make bundles again that are there already.")
    var overwrite = false

    @Option(
        help: ArgumentHelp(
            "Refuse pictures of more megapixels, which may be decompression bombs.",
            valueName: "megapixels"))
    var maxMegapixels = 256

    @Flag(help: "Print a line of JSON for each photo to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Say nothing but errors and results.")
    var quiet = false

    @OptionGroup(title: "Templates") var models: ModelArguments

    func validate() throws {
        guard (1...64).contains(jobs) else {
            throw ValidationError("--jobs must be from 1 to 64, not \(jobs).")
        }
        if let regions, PhotoGrid(regions) == nil {
            throw ValidationError("--regions must be columns x rows, such as 2x2, up to 8x8.")
        }
        guard (32...4096).contains(imageSide) else {
            throw ValidationError("--image-side must be from 32 to 4096, not \(imageSide).")
        }
        if offline && noCache {
            throw ValidationError("--offline with --no-cache leaves nothing to take answers from.")
        }
        guard (1...100_000).contains(maxMegapixels) else {
            throw ValidationError(
                "--max-megapixels must be from 1 to 100000, not \(maxMegapixels).")
        }
    }

    func run() throws {
        let configuration = try ServiceConfiguration()
        let named = try services.services(configuration)
        guard named.describer != nil || named.tagger != nil else {
            throw CommandError(
                .usage,
                "no service is named; give --describe-url, --tag-url or both, or name them in "
                    + "~/.config/promptscaler/config.json")
        }
        let list = PhotoList(inputs)
        let grid = regions.flatMap(PhotoGrid.init)
        let prompter = Prompter(
            tagger: named.tagger, describer: named.describer,
            template: try template.map { try PromptTemplate(file: URL(filePath: $0)) }
                ?? PromptTemplate(roots: models.store.roots),
            client: offline
                ? nil
                : try HTTPClient(
                    concurrency: jobs, certificates: named.certificates,
                    agent: "promptscaler/\(PromptScaler.version)"),
            cache: noCache ? nil : try cache.open(configuration), longestSide: imageSide)
        let run = SemanticRun(
            photos: list.photos, prompter: prompter,
            preparation: PhotoPreparation(
                longestSide: imageSide * max(grid?.columns ?? 1, grid?.rows ?? 1),
                maximumPixels: maxMegapixels * 1_000_000),
            grid: grid,
            place: bundle.map {
                BundlePlace($0, isSingle: list.isSingle, overwrites: overwrite)
            },
            cleaned: cleaned.map(CleanedPhotos.init), jobs: jobs,
            interruption: Interruption(
                message: "Stopping after the requests in work, so that no answer is lost …"))
        try work(run, list.rejected)
    }

    private func work(_ run: SemanticRun, _ rejected: [(name: String, error: BatchError)]) throws {
        let (printsJSON, isQuiet) = (json, quiet)
        try Waiting.run {
            var report = SemanticReport(
                count: run.photos.count, place: run.place, printsJSON: printsJSON,
                isQuiet: isQuiet)
            for (name, error) in rejected { try report.fail(name, error) }
            do {
                try await run.run { photo, outcome in try report.add(photo, outcome) }
            } catch {
                report.clear()
                throw error
            }
            try report.end()
        }
    }
}
