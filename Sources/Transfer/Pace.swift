public import Foundation

/// Time and chance, which tests replace.
public struct Pace: Sendable {
    /// A clock that only goes forward.
    public var now: @Sendable () -> Duration
    /// Waits; throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A random number from 0 to 1.
    public var jitter: @Sendable () -> Double
    /// The date, for services that name one.
    public var date: @Sendable () -> Date

    /// Makes a pace.
    ///
    /// - Parameters:
    ///   - now: A clock that only goes forward.
    ///   - sleep: Waits.
    ///   - jitter: A random number from 0 to 1.
    ///   - date: The date.
    public init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        jitter: @escaping @Sendable () -> Double, date: @escaping @Sendable () -> Date
    ) {
        self.now = now
        self.sleep = sleep
        self.jitter = jitter
        self.date = date
    }

    /// The system's.
    public static let system: Pace = {
        let start = ContinuousClock.now
        return Pace(
            now: { start.duration(to: .now) }, sleep: { try await Task.sleep(for: $0) },
            jitter: { Double.random(in: 0...1) }, date: { Date() })
    }()
}

/// The pause that a service asks for.
enum RetryAfter {
    /// Reads `Retry-After`: seconds, or a date as HTTP writes it.
    ///
    /// Source: RFC 9110, section 10.2.3; of the three forms of dates the one that may be written
    /// today, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// - Returns: Not negative; nil when there is none, or it cannot be read.
    static func pause(_ value: String?, at date: Date) -> Duration? {
        guard let value = value?.trimmingCharacters(in: .whitespaces) else { return nil }
        if let seconds = Double(value), seconds >= 0, seconds < 1e9 { return .seconds(seconds) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let named = format.date(from: value) else { return nil }
        return .seconds(max(0, named.timeIntervalSince(date)))
    }
}
