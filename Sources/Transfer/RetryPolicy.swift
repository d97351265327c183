/// Which failures are worth another attempt, and when.
///
/// Asked again is only where nothing can have been paid for: when no connection stood, and when
/// the service itself says 408, 429 or 5xx. A connection that was cut, or an answer that did not
/// come, may stand for work that was done.
public struct RetryPolicy: Sendable, Equatable {
    /// Attempts in all, at least 1.
    public var attempts: Int
    /// The pause before the second attempt, before jitter; it doubles with each.
    public var firstPause: Duration
    /// The longest pause that the doubling comes to.
    public var longestPause: Duration

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - attempts: Attempts in all, at least 1.
    ///   - firstPause: The pause before the second attempt.
    ///   - longestPause: The longest pause that the doubling comes to.
    public init(
        attempts: Int = 4, firstPause: Duration = .milliseconds(500),
        longestPause: Duration = .seconds(30)
    ) {
        precondition(attempts >= 1, "\(attempts) attempts")
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    /// Whether another attempt may help and costs nothing twice.
    public func isWorthRepeating(_ kind: TransferError.Kind) -> Bool {
        switch kind {
        case .unknownHost, .noConnection, .connectTimeout: true
        case .status(let status, _, _): status == 408 || status == 429 || status >= 500
        default: false
        }
    }

    /// The pause after an attempt.
    ///
    /// The doubling pause is shortened by up to half, so that clients which failed together do not
    /// come back together. A service that names a pause is given it, and up to `firstPause` more.
    ///
    /// - Parameters:
    ///   - attempt: The attempt that failed, 1 for the first.
    ///   - asked: The pause that the service asks for.
    ///   - jitter: A random number from 0 to 1.
    /// - Returns: How long to wait.
    public func pause(after attempt: Int, asked: Duration?, jitter: Double) -> Duration {
        if let asked { return asked + firstPause * jitter }
        var pause = firstPause
        for _ in 1..<max(attempt, 1) where pause < longestPause { pause = pause * 2 }
        return min(pause, longestPause) * (1 - jitter / 2)
    }
}
