internal import Foundation

/// A value behind a lock.
///
/// `Mutex` would do the same, but ThreadSanitizer does not see its lock on Linux and takes every use
/// of the value for a race. Unchecked: the value is touched with the lock held only.
package final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    /// Puts a value behind a lock.
    package init(_ value: Value) { self.value = value }

    /// Works on the value while nobody else does.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
