public import Foundation
public import Transfer

/// A service that names what is in a picture, such as RAM.
public struct TagEndpoint: Sendable {
    /// How a service is spoken to.
    public enum API: String, Sendable, CaseIterable, Codable {
        /// This project's contract: `{"image": base64}` is answered with `{"tags": […]}`.
        case plain
        /// The Open Inference Protocol, version 2, as KServe and Triton have it.
        case openInference = "open-inference"
    }

    /// Where it is, the whole address; for the Open Inference Protocol the path is completed.
    public let address: ServerAddress
    /// How it is spoken to.
    public let api: API
    /// The model's name; needed for the Open Inference Protocol when the address does not hold it.
    public let model: String?
    /// Where in the answer the tags stand; nil for the contract's own place.
    public let tagsAt: AnswerPath?
    /// The name of the input that takes the picture, for the Open Inference Protocol.
    public let input: String
    /// The shape that is declared for the one picture, for the Open Inference Protocol.
    public let shape: [Int]
    /// The key, if the service wants one.
    public let key: Secret?
    /// How long a request may take.
    public let limits: TransferLimits

    /// Names a service.
    ///
    /// - Parameters:
    ///   - address: Where it is, such as `http://localhost:9000/tags`.
    ///   - api: How it is spoken to; nil to guess by the address.
    ///   - model: The model's name.
    ///   - tagsAt: Where in the answer the tags stand.
    ///   - input: The name of the input that takes the picture.
    ///   - shape: The shape that is declared for the one picture, such as `[1]` or `[1, 1]`.
    ///   - key: The key, if the service wants one.
    ///   - limits: How long a request may take.
    /// - Throws: ``PromptError/badOption(name:reason:)`` when there is no model where one is needed,
    ///   or the shape is not that of one value.
    public init(
        address: ServerAddress, api: API? = nil, model: String? = nil, tagsAt: AnswerPath? = nil,
        input: String = "image", shape: [Int] = [1], key: Secret? = nil,
        limits: TransferLimits = TransferLimits()
    ) throws(PromptError) {
        let path = address.path
        let api = api ?? (path == "/v2" || path.contains("/v2/models/") ? .openInference : .plain)
        if api == .openInference, model == nil, !path.contains("/models/") {
            throw .badOption(
                name: "--tag-model", reason: "the Open Inference Protocol needs a model's name")
        }
        guard !shape.isEmpty, shape.allSatisfy({ $0 == 1 }) else {
            throw .badOption(name: "shape", reason: "one picture is sent, so it holds ones only")
        }
        self.address = address
        self.api = api
        self.model = model
        self.tagsAt = tagsAt
        self.input = input
        self.shape = shape
        self.key = key
        self.limits = limits
    }

    /// The request that asks for a photo's tags.
    ///
    /// - Parameter photo: The photo.
    /// - Returns: The request.
    public func request(photo: SentPhoto) -> HTTPRequest {
        let (target, body) =
            switch api {
            case .plain: (address, JSONValue.object(["image": .string(photo.base64)]))
            case .openInference:
                (
                    address.with(path: OpenInference.path(address, model: model)),
                    OpenInference.body(photo, input: input, shape: shape)
                )
            }
        return HTTPRequest(target, json: try? body.encoded(), key: key, limits: limits)
    }

    /// The tags in an answer.
    ///
    /// - Parameter body: The body of the answer.
    /// - Returns: Each tag once; empty when the service found nothing.
    /// - Throws: ``PromptError/badAnswer(host:reason:)``.
    public func tags(in body: Data) throws(PromptError) -> [String] {
        let json = try ServiceAnswer.json(body, host: address.host)
        let place: JSONValue? =
            if let tagsAt {
                tagsAt.value(in: json)
            } else {
                api == .plain ? json["tags"] : OpenInference.tags(in: json)
            }
        guard let place else {
            throw .badAnswer(
                host: address.host,
                reason: "there is nothing at \(tagsAt?.text ?? "its usual place"); "
                    + "--tags-at names another")
        }
        guard let tags = TagList.read(place) else {
            throw .badAnswer(host: address.host, reason: "what should be tags has another form")
        }
        return tags
    }

    /// The model that answered, as far as it is known.
    func model(in body: Data) -> String? {
        let named = JSONValue.parse(body).flatMap { ($0["model"] ?? $0["model_name"])?.string }
        return named.map(CleanText.line) ?? model
    }

    /// The request by which a service shows that it is there; nothing is paid for it.
    ///
    /// The Open Inference Protocol has `/v2/health/ready`; the plain contract has `health` beside
    /// its path.
    public var healthRequest: HTTPRequest {
        var path = "/v2/health/ready"
        if api == .plain {
            let folders = address.path.split(separator: "/").dropLast().map { "/\($0)" }
            path = folders.joined() + "/health"
        } else if let start = address.path.range(of: "/v2") {
            path = address.path[..<start.lowerBound] + path
        }
        var limits = limits
        limits.attempt = min(limits.attempt, .seconds(20))
        return HTTPRequest(address.with(path: path), key: key, limits: limits)
    }

    /// By what its answers are remembered, beside the model.
    var identity: String { "\(api.rawValue) \(address.identity)" }
}

/// The Open Inference Protocol, version 2, in the part that pictures and tags need.
///
/// Source: the protocol's REST specification, "Inference". The picture is one value of type BYTES,
/// in base64, because JSON has no bytes.
enum OpenInference {
    static func path(_ address: ServerAddress, model: String?) -> String {
        var path = address.path
        if path.hasSuffix("/infer") { return path }
        if !path.contains("/models/"), let model {
            if !path.hasSuffix("/v2") { path += "/v2" }
            path += "/models/" + (model.addingPercentEncoding(withAllowedCharacters: .name) ?? "")
        }
        return path + "/infer"
    }

    static func body(_ photo: SentPhoto, input: String, shape: [Int]) -> JSONValue {
        .object([
            "inputs": .array([
                .object([
                    "name": .string(input), "datatype": .string("BYTES"),
                    "shape": .array(shape.map { .number(Double($0)) }),
                    "data": .array([.string(photo.base64)]),
                ])
            ])
        ])
    }

    /// The data of the output called "tags", or else of the first that holds text.
    static func tags(in json: JSONValue) -> JSONValue? {
        guard let outputs = json["outputs"]?.array else { return nil }
        let chosen =
            outputs.first { $0["name"]?.string == "tags" }
            ?? outputs.first { $0["datatype"]?.string == "BYTES" }
        return chosen?["data"]
    }
}

extension CharacterSet {
    /// What may stand in one step of a path.
    fileprivate static let name = CharacterSet.alphanumerics.union(
        CharacterSet(charactersIn: "-._~"))
}
