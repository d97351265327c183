import Foundation
import Synchronization
import Transfer

/// Time that passes at once when it is waited for, and chance that is always the same.
final class TestPace: Sendable {
    private let slept = Mutex<[Duration]>([])
    private let jitter: Double
    private let start = ContinuousClock.now

    /// - Parameter jitter: What every draw gives.
    init(jitter: Double = 0) { self.jitter = jitter }

    /// The pauses so far.
    var pauses: [Duration] { slept.withLock { $0 } }

    /// This as a ``Pace``; the date is the example of RFC 9110.
    var pace: Pace {
        Pace(
            now: { [self] in start.duration(to: .now) + pauses.reduce(.zero, +) },
            sleep: { [self] pause in
                try Task.checkCancellation()
                slept.withLock { $0.append(pause) }
            },
            jitter: { [jitter] in jitter },
            date: { Date(timeIntervalSince1970: 784_111_777) })
    }
}

extension HTTPClient {
    /// Sends a request that must fail.
    ///
    /// - Returns: The error, or nil when there was an answer after all.
    func failure(_ request: HTTPRequest) async -> TransferError? {
        do {
            _ = try await send(request)
            return nil
        } catch {
            return error
        }
    }
}

extension HTTPRequest {
    /// A POST with little patience.
    static func to(
        _ address: String, key: String? = nil, attempt: Duration = .seconds(5),
        total: Duration = .seconds(30), bytes: Int = 1 << 20
    ) throws -> HTTPRequest {
        HTTPRequest(
            try ServerAddress(address), json: Data(#"{"question":"?"}"#.utf8),
            key: key.flatMap(Secret.init),
            limits: TransferLimits(
                connect: .seconds(2), attempt: attempt, total: total, answerBytes: bytes))
    }
}
