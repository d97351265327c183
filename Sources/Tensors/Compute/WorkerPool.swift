import Dispatch
import Synchronization

/// Workers that share out independent pieces of work: regions of an image, or patches.
///
/// Every worker takes the next piece from a counter and works on it alone, with a context of its
/// own in which operations use one thread. Nothing is synchronised inside a piece, so its result
/// has the same bytes at any number of workers and in any order. Contexts are kept between runs,
/// with the memory they have reserved.
public final class WorkerPool: Sendable {
    /// How layers run, and the number of workers.
    public let policy: ComputePolicy

    private let idle = Mutex<[ContextBox]>([])

    /// Makes a pool; threads are only used while it runs something.
    ///
    /// - Parameter policy: How layers run, and the number of workers.
    public init(policy: ComputePolicy = .automatic()) {
        self.policy = policy
    }

    /// Works on `count` pieces and returns when all are done.
    ///
    /// The calling thread is one of the workers. After an error, or once `isCancelled` is true, no
    /// new piece is started.
    ///
    /// - Parameters:
    ///   - count: The number of pieces.
    ///   - isCancelled: Asked before each piece, on any worker's thread.
    ///   - body: Works on the piece with a given index in a worker's context.
    /// - Returns: The results in the order of the pieces.
    /// - Throws: Of the errors that `body` threw the one of the lowest piece, or
    ///   `CancellationError`.
    public func map<Result: Sendable>(
        count: Int, isCancelled: @escaping @Sendable () -> Bool = { false },
        _ body: @Sendable (Int, ComputeContext) throws -> Result
    ) throws -> [Result] {
        // Only the caller's thread knows its task, so the other workers are handed it.
        try withUnsafeCurrentTask { task in
            let caller = task.map(TaskBox.init)
            return try run(count, { isCancelled() || caller?.isCancelled ?? false }, body)
        }
    }

    private func run<Result: Sendable>(
        _ count: Int, _ isCancelled: @escaping @Sendable () -> Bool,
        _ body: @Sendable (Int, ComputeContext) throws -> Result
    ) throws -> [Result] {
        let progress = Mutex(Progress<Result>(count: count))
        DispatchQueue.concurrentPerform(iterations: max(1, min(policy.threads, count))) { _ in
            do {
                let context = try takeContext()
                defer { giveBack(context) }
                while let index = progress.withLock({ $0.next() }) {
                    if isCancelled() { throw CancellationError() }
                    do {
                        let result = try body(index, context.context)
                        progress.withLock { $0.results[index] = result }
                    } catch {
                        progress.withLock { $0.fail(error, at: index) }
                    }
                }
            } catch {
                // Not the fault of any piece: reported when no piece has failed.
                progress.withLock { $0.fail(error, at: count) }
            }
        }
        return try progress.withLock { try $0.finish() }
    }

    /// The most memory that the contexts of this pool have reserved for tensors, in bytes.
    public var peakBytes: Int {
        idle.withLock { $0.reduce(0) { $0 + $1.context.workspace.peakBytes } }
    }

    private func takeContext() throws(ComputeError) -> ContextBox {
        if let box = idle.withLock({ $0.popLast() }) { return box }
        return ContextBox(context: try ComputeContext(policy: policy))
    }

    private func giveBack(_ box: ContextBox) {
        idle.withLock { $0.append(box) }
    }
}

/// A context on its way between workers: it is either idle or with one of them.
private struct ContextBox: @unchecked Sendable {
    let context: ComputeContext
}

/// The task that called, which outlives the call.
private struct TaskBox: @unchecked Sendable {
    let task: UnsafeCurrentTask

    var isCancelled: Bool { task.isCancelled }
}

/// What has been given out and what has come back.
private struct Progress<Result> {
    var results: [Result?]
    private var given = 0
    private var failure: (index: Int, error: any Error)?

    init(count: Int) {
        results = Array(repeating: nil, count: count)
    }

    mutating func next() -> Int? {
        guard failure == nil, given < results.count else { return nil }
        defer { given += 1 }
        return given
    }

    mutating func fail(_ error: any Error, at index: Int) {
        if let known = failure, known.index <= index { return }
        failure = (index, error)
    }

    func finish() throws -> [Result] {
        if let failure { throw failure.error }
        return results.compactMap { $0 }
    }
}
