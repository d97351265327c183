/// Why a service did not answer as it should.
///
/// Descriptions hold the host, what the service said, and nothing of the request.
public struct TransferError: Error, Equatable, Sendable {
    /// Host and port of the service.
    public let host: String
    /// What happened.
    public let kind: Kind
    /// Attempts that were made.
    public internal(set) var attempts = 1

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - host: Host and port of the service.
    ///   - kind: What happened.
    ///   - attempts: Attempts that were made.
    public init(host: String, kind: Kind, attempts: Int = 1) {
        self.host = host
        self.kind = kind
        self.attempts = attempts
    }

    /// What can happen.
    public enum Kind: Error, Equatable, Sendable {
        /// Nobody knows a host of this name.
        case unknownHost
        /// The host does not accept the connection.
        case noConnection(reason: String)
        /// The connection did not stand in time.
        case connectTimeout(Duration)
        /// There is no encrypted connection that can be trusted.
        case notTrusted(reason: String)
        /// No answer came in time, or not all of it.
        case timeout(Duration, Phase)
        /// The connection ended before the answer did.
        case cutOff
        /// The answer is longer than allowed.
        case tooLong(limit: Int)
        /// The service answered with a status that is an error.
        case status(Int, message: String, retryAfter: Duration?)
        /// The service sends the request elsewhere.
        case redirect(to: String)
        /// The task was cancelled.
        case cancelled
        /// The library reports something else.
        case other(reason: String)
    }

    /// How far an attempt was when its time was over.
    public enum Phase: String, Equatable, Sendable {
        /// Nothing of the answer had come.
        case waiting
        /// A part of the answer had come.
        case receiving
    }
}

extension TransferError: CustomStringConvertible {
    /// What happened, where, and what to do about it.
    public var description: String {
        let tries = attempts > 1 ? " (\(attempts) attempts)" : ""
        return "\(host): \(what)\(tries)"
    }

    private var what: String {
        switch kind {
        case .unknownHost: "there is no host of this name; check the address"
        case .noConnection(let reason): "no connection: \(reason); is the service running?"
        case .connectTimeout(let limit): "no connection within \(limit.inSeconds)"
        case .notTrusted(let reason): "the encrypted connection cannot be trusted: \(reason)"
        case .timeout(let limit, .waiting):
            "no answer within \(limit.inSeconds); a longer --timeout waits longer"
        case .timeout(let limit, .receiving):
            "the answer was not complete within \(limit.inSeconds)"
        case .cutOff: "the connection ended in the middle of the answer"
        case .tooLong(let limit): "the answer is longer than \(limit) bytes; it was not read on"
        case .status(let status, let message, let retryAfter):
            "status \(status)\(Self.meaning(of: status))"
                + (message.isEmpty ? "" : ": \(message)")
                + (retryAfter.map { " (asks to wait \($0.inSeconds))" } ?? "")
        case .redirect(let target):
            "it sends requests on to \(target), where nothing was sent; give that address if it is "
                + "the right one"
        case .cancelled: "cancelled"
        case .other(let reason): reason
        }
    }

    private static func meaning(of status: Int) -> String {
        switch status {
        case 401, 403: ", the key is missing or wrong"
        case 404: ", nothing is at this path, or the model is unknown"
        case 408: ", it gave up waiting"
        case 413: ", the picture is too large for it"
        case 429: ", too many requests"
        case 500...599: ", it failed"
        default: ""
        }
    }
}

extension Duration {
    /// Such as "1.5 s".
    fileprivate var inSeconds: String {
        let milliseconds = Int((self / .milliseconds(1)).rounded())
        if milliseconds % 1000 == 0 { return "\(milliseconds / 1000) s" }
        return "\(Double(milliseconds) / 1000) s"
    }
}
