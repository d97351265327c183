internal import ArgumentParser
internal import Foundation
internal import ModelStore
internal import SemanticPrompts

/// How bundles are made of photos, and where they go.
struct BundleArguments: ParsableArguments {
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
            "Describe this cleaned version of the photo instead; or the file of the same name "
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

    @OptionGroup(title: "Models and templates") var models: ModelArguments

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

    /// Makes the bundles of photos and reports them.
    ///
    /// - Parameters:
    ///   - list: The photos.
    ///   - configuration: What environment and file say of services.
    ///   - judge: Says how photos were degraded; nil when bundles need not say so.
    /// - Throws: ``BatchFailure``, ``Interrupted``, or what is wrong with the options.
    func run(
        _ list: PhotoList, _ configuration: ServiceConfiguration,
        judge: PhotoPreparation.Judge?
    ) throws {
        let grid = regions.flatMap(PhotoGrid.init)
        let template = try promptTemplate()
        let run = BundleRun(
            photos: list.photos, prompter: try prompter(template, configuration),
            preparation: PhotoPreparation(
                longestSide: imageSide * max(grid?.columns ?? 1, grid?.rows ?? 1),
                maximumPixels: maxMegapixels * 1_000_000, judge: judge),
            judges: judge != nil, negative: template.negative, grid: grid,
            place: bundle.map {
                BundlePlace($0, isSingle: list.isSingle, overwrites: overwrite)
            },
            cleaned: cleaned.map(CleanedPhotos.init), jobs: jobs,
            interruption: Interruption(
                message: "Stopping after the photos in work, so that no answer is lost …"))
        let (printsJSON, isQuiet) = (json, quiet)
        try Waiting.run {
            var report = BundleReport(
                count: run.photos.count, asks: run.prompter != nil, place: run.place,
                printsJSON: printsJSON, isQuiet: isQuiet)
            for (name, error) in list.rejected { try report.fail(name, error) }
            do {
                try await run.run { photo, outcome in try report.add(photo, outcome) }
            } catch {
                report.clear()
                throw error
            }
            try report.end()
        }
    }

    private func promptTemplate() throws -> PromptTemplate {
        try template.map { try PromptTemplate(file: URL(filePath: $0)) }
            ?? PromptTemplate(roots: models.store.roots)
    }

    /// Who asks the services; nil when none is named.
    private func prompter(
        _ template: PromptTemplate, _ configuration: ServiceConfiguration
    ) throws -> Prompter? {
        let named = try services.services(configuration)
        if named.isEmpty { return nil }
        return Prompter(
            tagger: named.tagger, describer: named.describer, template: template,
            client: offline
                ? nil : try services.connection.client(concurrency: jobs, configuration),
            cache: noCache ? nil : try cache.open(configuration), longestSide: imageSide)
    }
}
