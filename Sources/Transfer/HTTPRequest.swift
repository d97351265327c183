public import Foundation

/// A request to a service.
public struct HTTPRequest: Sendable {
    /// Where it goes.
    public var address: ServerAddress

    /// JSON to post; nil to get.
    public var json: Data?

    /// Sent as `Authorization: Bearer …`, to this address and never to another.
    public var key: Secret?

    /// How long it may take and how much it may bring.
    public var limits = TransferLimits()

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - address: Where it goes.
    ///   - json: JSON to post; nil to get.
    ///   - key: The key for that service, if it wants one.
    ///   - limits: How long it may take and how much it may bring.
    public init(
        _ address: ServerAddress, json: Data? = nil, key: Secret? = nil,
        limits: TransferLimits = TransferLimits()
    ) {
        self.address = address
        self.json = json
        self.key = key
        self.limits = limits
    }
}

/// How long a request may take and how much it may bring.
public struct TransferLimits: Sendable, Equatable {
    /// Until the connection stands, TLS included.
    public var connect: Duration

    /// One attempt, from its start to the last byte.
    public var attempt: Duration

    /// All attempts and the pauses between them.
    public var total: Duration

    /// The most bytes an answer may have.
    public var answerBytes: Int

    /// Sets limits.
    ///
    /// - Parameters:
    ///   - connect: Until the connection stands.
    ///   - attempt: One attempt. A language model on a processor needs minutes.
    ///   - total: All attempts and the pauses between them.
    ///   - answerBytes: The most bytes an answer may have.
    public init(
        connect: Duration = .seconds(10), attempt: Duration = .seconds(180),
        total: Duration = .seconds(300), answerBytes: Int = 4 << 20
    ) {
        self.connect = connect
        self.attempt = attempt
        self.total = total
        self.answerBytes = answerBytes
    }
}

/// What a service answered: its status is from 200 to 299.
public struct HTTPResponse: Sendable {
    /// The status.
    public let status: Int
    /// The lines of the head by their names in lower case.
    public let headers: [String: String]
    /// The body, whole.
    public let body: Data
    /// Attempts that it took, 1 when the first was answered.
    public internal(set) var attempts = 1
}
