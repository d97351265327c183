import Foundation
import Imaging
import SemanticPrompts
import TestSupport
import Transfer

/// A prompter whose services are a fault server: `/tags` and `/v1/chat/completions`.
struct PromptPlace {
    let folder: TemporaryFolder
    let server: FaultServer
    let cache: PromptCache

    /// - Parameter answer: What the server does with a request.
    /// - Throws: What the system says.
    init(answer: @escaping @Sendable (ServedRequest) -> [FaultServer.Step]) throws {
        folder = try TemporaryFolder()
        server = try FaultServer(answer: answer)
        cache = try PromptCache(folder.file("prompts.sqlite"))
    }

    /// A client that does not wait long between attempts.
    static func client(_ concurrency: Int = 4) throws -> HTTPClient {
        try HTTPClient(
            concurrency: concurrency,
            policy: RetryPolicy(firstPause: .milliseconds(1), longestPause: .milliseconds(2)))
    }

    func prompter(
        client: HTTPClient?, tags: Bool = true, describes: Bool = true, model: String? = "llava",
        key: String? = nil
    ) throws -> Prompter {
        let limits = TransferLimits(attempt: .seconds(10), total: .seconds(20))
        return Prompter(
            tagger: tags
                ? try TagEndpoint(
                    address: ServerAddress(server.address + "/tags"),
                    key: key.flatMap(Secret.init), limits: limits) : nil,
            describer: describes
                ? DescriptionEndpoint(
                    address: try ServerAddress(server.address + "/v1"), model: model,
                    key: key.flatMap(Secret.init), limits: limits) : nil,
            template: try TemplateFixture.standard(), client: client, cache: cache)
    }

    /// A photo of one colour, different for each number.
    static func photo(_ number: Int) -> (PromptBundle.Photo, Image) {
        var image = TestPicture.waves(width: 16, height: 16)
        for index in image.pixels.indices where index % 3 == number % 3 {
            image.pixels[index] = Float(number) / 255
        }
        return (PromptBundle.Photo(sha256: "\(number)", width: 16, height: 16), image)
    }

    /// A service's answer to a request that it understands.
    static func wellBehaved(_ request: ServedRequest) -> FaultServer.Step {
        switch request.path {
        case "/tags": .answer(200, #"{"tags": ["cat", "sofa"], "model": "ram"}"#)
        case "/v1/models": .answer(200, #"{"data": [{"id": "only-one"}]}"#)
        default: said("A cat sits on a sofa.")
        }
    }

    static func said(_ text: String) -> FaultServer.Step {
        .answer(200, #"{"choices": [{"message": {"content": "\#(text)"}}]}"#)
    }
}
