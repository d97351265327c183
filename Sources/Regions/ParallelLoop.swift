internal import Dispatch
internal import Synchronization

/// A loop whose passes run on several threads, each pass once.
public enum ParallelLoop {
    /// Runs `body` for `0..<count`; passes must not depend on each other.
    ///
    /// - Parameters:
    ///   - count: The number of passes.
    ///   - threads: The threads to use, the calling one included.
    ///   - body: Called with the number of a worker, below `threads`, and that of a pass. No two
    ///     calls with the same worker run at the same time.
    public static func run(_ count: Int, threads: Int, _ body: (_ worker: Int, _ pass: Int) -> Void)
    {
        let workers = min(threads, count)
        if workers <= 1 {
            for pass in 0..<count { body(0, pass) }
            return
        }
        let next = Atomic<Int>(0)
        withoutActuallyEscaping(body) { body in
            // What `body` shares between threads is its own affair: passes do not depend on each
            // other, and all of them are over when this returns.
            nonisolated(unsafe) let body = body
            // The calling thread takes part: a thread that is not there in time costs nothing.
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                while true {
                    let pass = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    if pass >= count { return }
                    body(worker, pass)
                }
            }
        }
    }
}
