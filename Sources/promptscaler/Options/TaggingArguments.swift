internal import ArgumentParser
internal import Foundation
internal import SemanticPrompts
internal import TextureMemory

/// Who names what is in the pictures of a memory.
struct TaggingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ask this service for the tags of each picture that is used, such as "
                + "http://localhost:9000/tags. Answers are remembered; a picture for which it "
                + "fails is reported and has none.", valueName: "url"))
    var tagsFrom: String?

    @Option(
        help: ArgumentHelp("Pictures that it is asked about at a time.", valueName: "count"))
    var tagJobs = 4

    @OptionGroup var service: TagServiceArguments
    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var cache: CacheArguments

    func validate() throws {
        guard (1...64).contains(tagJobs) else {
            throw ValidationError("--tag-jobs must be from 1 to 64, not \(tagJobs).")
        }
    }

    /// The service; nil when none is named here.
    ///
    /// One of the configuration file is not asked by itself: a build may have thousands of pictures.
    func tagger(maximumPixels: Int) throws -> ServiceTagger? {
        guard let tagsFrom else { return nil }
        let configuration = try ServiceConfiguration()
        let endpoint = try service.endpoint(
            tagsFrom, option: "--tags-from", configuration, limits: connection.limits)
        return ServiceTagger(
            Tagger(
                endpoint,
                client: try connection.client(concurrency: tagJobs, configuration),
                cache: try cache.open(configuration)),
            preparation: PhotoPreparation(
                longestSide: SentPhoto.standardSide, maximumPixels: maximumPixels),
            concurrency: tagJobs)
    }
}

/// A tag service for the pictures of a memory.
struct ServiceTagger: PictureTagger {
    private let tagger: Tagger
    private let preparation: PhotoPreparation
    let concurrency: Int

    init(_ tagger: Tagger, preparation: PhotoPreparation, concurrency: Int) {
        self.tagger = tagger
        self.preparation = preparation
        self.concurrency = concurrency
    }

    var identity: String { tagger.identity }

    func tags(ofPictureAt file: URL) throws -> [String] {
        try Waiting.run { [tagger, preparation] in
            let data = try await preparation.open(file).data
            let look = try await preparation.look(
                data, name: file.lastPathComponent, cleaned: nil, judges: false)
            return try await tagger.tags(of: look.picture)
        }
    }
}
