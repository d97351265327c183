public import Foundation
public import Transfer

/// A service that describes pictures: a multimodal language model.
public struct DescriptionEndpoint: Sendable {
    /// How a service is spoken to.
    public enum API: String, Sendable, CaseIterable, Codable {
        /// `POST /v1/chat/completions`, as vLLM, llama.cpp's server, Ollama, SGLang, LM Studio,
        /// `transformers serve` and OpenAI have it.
        case openAI = "openai"
        /// `POST /api/chat`, Ollama's own.
        case ollama
    }

    /// Where it is; the path is completed.
    public let address: ServerAddress
    /// How it is spoken to.
    public let api: API
    /// The model's name; nil for the only one that the service has.
    public let model: String?
    /// The key, if the service wants one.
    public let key: Secret?
    /// The most tokens of an answer.
    public let maximumTokens: Int
    /// How long a request may take.
    public let limits: TransferLimits

    /// Names a service.
    ///
    /// - Parameters:
    ///   - address: Where it is, such as `http://localhost:8000/v1`.
    ///   - api: How it is spoken to; nil to guess by the address.
    ///   - model: The model's name; nil for the only one that the service has.
    ///   - key: The key, if the service wants one.
    ///   - maximumTokens: The most tokens of an answer.
    ///   - limits: How long a request may take.
    public init(
        address: ServerAddress, api: API? = nil, model: String? = nil, key: Secret? = nil,
        maximumTokens: Int = 160, limits: TransferLimits = TransferLimits()
    ) {
        self.address = address
        self.api = api ?? Self.guess(address)
        self.model = model
        self.key = key
        self.maximumTokens = maximumTokens
        self.limits = limits
    }

    /// Ollama's own port or path is Ollama, all else is OpenAI's form.
    private static func guess(_ address: ServerAddress) -> API {
        let path = address.path
        if path.hasSuffix("/api") || path.hasSuffix("/api/chat") { return .ollama }
        return address.port == 11_434 && path.isEmpty ? .ollama : .openAI
    }

    /// The request that describes a photo.
    ///
    /// - Parameters:
    ///   - photo: The photo.
    ///   - instruction: What the model is asked.
    ///   - model: The model's name.
    /// - Returns: The request.
    public func request(photo: SentPhoto, instruction: String, model: String) -> HTTPRequest {
        let (path, body) =
            switch api {
            case .openAI:
                (
                    OpenAIChat.path(address, "chat/completions"),
                    OpenAIChat.body(photo, instruction, model: model, tokens: maximumTokens)
                )
            case .ollama:
                (
                    OllamaChat.path(address, "chat"),
                    OllamaChat.body(photo, instruction, model: model, tokens: maximumTokens)
                )
            }
        return HTTPRequest(
            address.with(path: path), json: try? body.encoded(), key: key, limits: limits)
    }

    /// What the model said.
    ///
    /// - Parameter body: The body of the answer.
    /// - Returns: The text as it came, not empty.
    /// - Throws: ``PromptError/badAnswer(host:reason:)`` or ``PromptError/emptyAnswer(host:reason:)``.
    public func text(in body: Data) throws(PromptError) -> String {
        let json = try ServiceAnswer.json(body, host: address.host)
        let answer = api == .openAI ? OpenAIChat.answer(json) : OllamaChat.answer(json)
        guard let answer else {
            throw .badAnswer(
                host: address.host, reason: "there is no message in it; is the address right?")
        }
        guard !answer.text.allSatisfy(\.isWhitespace) else {
            throw .emptyAnswer(
                host: address.host,
                reason: answer.isCutOff
                    ? " within \(maximumTokens) tokens; --max-tokens allows more" : "")
        }
        return answer.text
    }

    /// The request for the names of the service's models; nothing is paid for it.
    public var modelsRequest: HTTPRequest {
        let path =
            api == .openAI ? OpenAIChat.path(address, "models") : OllamaChat.path(address, "tags")
        var limits = limits
        limits.attempt = min(limits.attempt, .seconds(20))
        return HTTPRequest(address.with(path: path), key: key, limits: limits)
    }

    /// The names of the service's models.
    ///
    /// - Parameter body: The body of the answer to ``modelsRequest``.
    /// - Returns: The names, in the service's order.
    /// - Throws: ``PromptError/badAnswer(host:reason:)``.
    public func models(in body: Data) throws(PromptError) -> [String] {
        let json = try ServiceAnswer.json(body, host: address.host)
        guard let list = (json["data"] ?? json["models"])?.array else {
            throw .badAnswer(host: address.host, reason: "there is no list of models in it")
        }
        return list.compactMap { ($0["id"] ?? $0["model"] ?? $0["name"])?.string }
            .map(CleanText.line)
    }

    /// By what its answers are remembered, beside the model.
    var identity: String { "\(api.rawValue) \(address.identity)" }
}

/// What a language model said.
struct ModelAnswer {
    let text: String
    /// Whether it had to end because of the limit of tokens.
    let isCutOff: Bool
}

/// The part of an answer's reading that all services share.
enum ServiceAnswer {
    /// Reads JSON, and looks for errors that are sent as if they were answers.
    static func json(_ body: Data, host: String) throws(PromptError) -> JSONValue {
        guard let json = JSONValue.parse(body) else {
            let start = ServerMessage.find(in: body)
            throw .badAnswer(
                host: host,
                reason: start.isEmpty ? "it is empty" : "it is not JSON, but: \(start)")
        }
        let isError = json["object"]?.string == "error"
        if isError || (json["error"] ?? .null) != .null {
            throw .badAnswer(host: host, reason: ServerMessage.find(in: body))
        }
        return json
    }
}
