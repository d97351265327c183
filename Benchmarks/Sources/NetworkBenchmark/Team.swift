import Foundation
import PromptSR
import Synchronization
import Tensors

/// Threads that share the regions of a batch out, each with a context of its own.
struct Team {
    private let network: PromptSR
    private let batch: Batch
    private let workers: [Worker]

    init(network: PromptSR, batch: Batch, policy: ComputePolicy) throws {
        self.network = network
        self.batch = batch
        workers = try (0..<policy.threads).map { _ in
            Worker(context: try ComputeContext(policy: policy))
        }
    }

    /// The enlarged regions.
    ///
    /// The first call plans the operations.
    func results() throws -> [[Float]] {
        let results = Mutex([[Float]](repeating: [], count: batch.count))
        try work { index, context in
            let values = try network(batch.region(index, in: context), in: context).values
            results.withLock { $0[index] = values }
        }
        return results.withLock { $0 }
    }

    /// Seconds to enlarge all regions once.
    func seconds() throws -> Double {
        let begin = ContinuousClock.now
        try work { index, context in
            _ = try network(batch.region(index, in: context), in: context)
        }
        return (ContinuousClock.now - begin) / .seconds(1)
    }

    private func work(_ body: @Sendable (Int, ComputeContext) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        let next = Mutex(0)
        let (count, workers) = (batch.count, workers)
        DispatchQueue.concurrentPerform(iterations: workers.count) { worker in
            do {
                while true {
                    let index = next.withLock { next in
                        defer { next += 1 }
                        return next
                    }
                    guard index < count else { return }
                    try body(index, workers[worker].context)
                }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}

/// A context that one thread uses at a time.
private struct Worker: @unchecked Sendable {
    let context: ComputeContext
}
