import Foundation
import Locks
import Transfer

/// Time that passes only when it is waited for, and at once; and chance that is always the same.
final class TestPace: Sendable {
    private let slept = Guarded<[Duration]>([])
    private let jitter: Double

    /// - Parameter jitter: What every draw gives.
    init(jitter: Double = 0) { self.jitter = jitter }

    /// The pauses so far.
    var pauses: [Duration] { slept.withLock { $0 } }

    /// This as a ``Pace``; the date is the example of RFC 9110.
    var pace: Pace {
        Pace(
            now: { [self] in pauses.reduce(.zero, +) },
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
        _ address: String, key: String? = nil, attempt: Duration = .seconds(30),
        total: Duration = .seconds(60), bytes: Int = 1 << 20
    ) throws -> HTTPRequest {
        HTTPRequest(
            try ServerAddress(address), json: Data(#"{"question":"?"}"#.utf8),
            key: key.flatMap(Secret.init),
            limits: TransferLimits(
                connect: .seconds(20), attempt: attempt, total: total, answerBytes: bytes))
    }
}
