public import Imaging
public import Transfer

/// Asks a tag service what is in pictures, and remembers its answers.
public struct Tagger: Sendable {
    /// The service.
    public let endpoint: TagEndpoint
    private let answers: AnswerSource
    private let longestSide: Int

    /// Makes a tagger.
    ///
    /// - Parameters:
    ///   - endpoint: The service.
    ///   - client: Through what it is asked; nil to use remembered answers only.
    ///   - cache: Where answers are remembered; nil to forget them.
    ///   - longestSide: The longest side of pictures that are sent, in pixels.
    public init(
        _ endpoint: TagEndpoint, client: HTTPClient?, cache: PromptCache?,
        longestSide: Int = SentPhoto.standardSide
    ) {
        self.init(
            endpoint, answers: AnswerSource(client: client, cache: cache),
            longestSide: longestSide)
    }

    init(_ endpoint: TagEndpoint, answers: AnswerSource, longestSide: Int) {
        self.endpoint = endpoint
        self.answers = answers
        self.longestSide = longestSide
    }

    /// Tells its answers from those of other services and models.
    public var identity: String { "\(endpoint.identity) \(endpoint.model ?? "")" }

    /// Names what is in a picture.
    ///
    /// - Parameter image: The picture, upright.
    /// - Returns: Each tag once; empty when the service found nothing.
    /// - Throws: ``PromptError``.
    public func tags(of image: Image) async throws(PromptError) -> [String] {
        try await answer(about: SentPhoto(image, longestSide: longestSide)).tags
    }

    /// The tags of a picture, and the answer that they stand in.
    func answer(
        about photo: SentPhoto
    ) async throws(PromptError) -> (tags: [String], found: AnswerSource.Found) {
        let endpoint = endpoint
        let key = PromptCache.Key(
            image: photo.hash, endpoint: endpoint.identity, model: endpoint.model ?? "",
            template: "")
        let found = try await answers.answer(
            to: key, host: endpoint.address.host, request: { endpoint.request(photo: photo) },
            check: { body throws(PromptError) in _ = try endpoint.tags(in: body) })
        return (try endpoint.tags(in: found.body), found)
    }
}
