internal import CCurl
public import Foundation

/// A client for services over HTTP: few requests at a time, each within its time, asked again only
/// where that is safe.
///
/// Connections are kept and used again. Certificates are always checked. Proxies come from the
/// environment (`https_proxy`, `http_proxy`, `no_proxy`), as libcurl reads it. Redirects are
/// followed within a service only, so a key never reaches another host. A request keeps its place
/// while it waits for its next attempt: a service that is overloaded is asked less.
public final class HTTPClient: Sendable {
    /// How many requests are open at most.
    public let concurrency: Int

    private let loop: TransferLoop
    private let gate: RequestGate
    private let policy: RetryPolicy
    private let pace: Pace

    /// The most redirects within a service.
    private static let redirectLimit = 3

    /// Starts a client.
    ///
    /// - Parameters:
    ///   - concurrency: How many requests may be open at a time.
    ///   - policy: When to ask again.
    ///   - certificates: A PEM file of certificates to trust instead of the system's.
    ///   - agent: What the program calls itself.
    ///   - pace: Time and chance.
    /// - Throws: ``TransferError`` when libcurl cannot be started.
    public init(
        concurrency: Int = 4, policy: RetryPolicy = RetryPolicy(), certificates: URL? = nil,
        agent: String = "promptscaler", pace: Pace = .system
    ) throws(TransferError) {
        guard let loop = TransferLoop(certificates: certificates?.path, agent: agent) else {
            throw TransferError(host: "libcurl", kind: .other(reason: "it cannot be started"))
        }
        self.loop = loop
        self.concurrency = concurrency
        self.policy = policy
        self.pace = pace
        gate = RequestGate(places: concurrency)
    }

    deinit { loop.stop() }

    /// Name and version of the library that carries requests, for reports.
    public static var libraryVersion: String { String(cString: curl_version()) }

    /// Sends a request and waits for its whole answer.
    ///
    /// - Parameter request: The request.
    /// - Returns: The answer, with a status from 200 to 299.
    /// - Throws: ``TransferError``; the last one when there were several attempts.
    public func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        guard await gate.enter() else {
            throw TransferError(host: request.address.host, kind: .cancelled)
        }
        defer { gate.leave() }
        let deadline = pace.now() + request.limits.total
        var attempt = 1
        while true {
            let failure: TransferError.Kind
            switch await answer(request, until: deadline) {
            case .success(var response):
                response.attempts = attempt
                return response
            case .failure(let kind): failure = kind
            }
            var asked: Duration?
            if case .status(_, _, let retryAfter) = failure { asked = retryAfter }
            let pause = policy.pause(after: attempt, asked: asked, jitter: pace.jitter())
            let error = TransferError(
                host: request.address.host, kind: failure, attempts: attempt)
            guard policy.isWorthRepeating(failure), attempt < policy.attempts,
                pace.now() + pause < deadline
            else { throw error }
            do {
                try await pace.sleep(pause)
            } catch {
                throw TransferError(
                    host: request.address.host, kind: .cancelled, attempts: attempt)
            }
            attempt += 1
        }
    }

    /// One attempt, with the redirects inside the service.
    private func answer(
        _ request: HTTPRequest, until deadline: Duration
    ) async -> Result<HTTPResponse, TransferError.Kind> {
        var request = request
        for _ in 0...Self.redirectLimit {
            let left = deadline - pace.now()
            guard left > .zero else { return .failure(.timeout(request.limits.total, .waiting)) }
            let answer: Exchange.RawAnswer
            switch await loop.perform(request, timeout: min(request.limits.attempt, left)) {
            case .failure(let kind): return .failure(kind)
            case .success(let found): answer = found
            }
            switch answer.status {
            case 200...299:
                return .success(
                    HTTPResponse(
                        status: answer.status, headers: answer.headers, body: answer.body))
            case 300...399:
                guard let target = answer.redirect.flatMap({ try? ServerAddress($0) }) else {
                    return .failure(.redirect(to: "an address that cannot be read"))
                }
                // 301 to 303 turn a POST into a GET, which no service here means.
                guard target.hasSameOrigin(as: request.address),
                    request.json == nil || answer.status == 307 || answer.status == 308
                else { return .failure(.redirect(to: target.host)) }
                request.address = target
            default:
                let message = ServerMessage.find(in: answer.body, secret: request.key)
                return .failure(
                    .status(
                        answer.status, message: message,
                        retryAfter: RetryAfter.pause(
                            answer.headers["retry-after"], at: pace.date())))
            }
        }
        return .failure(.redirect(to: request.address.host))
    }
}
