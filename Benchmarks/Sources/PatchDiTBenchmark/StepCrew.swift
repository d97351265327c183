import Diffusion
import Foundation
import Synchronization
import Tensors

/// Threads that share the batches of a step out, each with a context of its own.
struct StepCrew {
    private let network: PatchDiT
    private let t: Int
    private let size: Int
    private let workers: [Worker]

    /// A context that one thread uses at a time, and the batches that it works on.
    private struct Worker: @unchecked Sendable {
        let context: ComputeContext
        var batches: [(first: Int, z: Tensor, conditions: PatchDiT.Conditions)] = []
    }

    init(
        _ network: PatchDiT, _ patches: PatchFile, together: Int, t: Int, policy: ComputePolicy
    ) throws {
        (self.network, self.t, size) = (network, t, patches.shape.count)
        var workers = try (0..<policy.threads).map { _ in
            Worker(context: try ComputeContext(policy: policy))
        }
        let count = patches.shape[0]
        for (number, first) in stride(from: 0, to: count, by: together).enumerated() {
            let rows = first..<min(first + together, count)
            let context = workers[number % workers.count].context
            let conditions = try network.conditions(
                coarse: patches.tensor("coarse", rows, in: context),
                prompt: patches.prompt(rows, in: context), in: context)
            let z = try patches.tensor("z", rows, in: context)
            workers[number % workers.count].batches.append(
                (first * size / count, z, conditions))
        }
        self.workers = workers
    }

    /// F of all patches, and how long it took.
    func step() throws -> (results: [Float], seconds: Double) {
        let results = Mutex([Float](repeating: 0, count: size))
        let failure = Mutex<(any Error)?>(nil)
        let (network, t, workers) = (network, t, workers)
        let begin = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: workers.count) { index in
            let worker = workers[index]
            do {
                for batch in worker.batches {
                    let f = try network(batch.z, t: t, batch.conditions, in: worker.context).values
                    results.withLock {
                        $0.replaceSubrange(batch.first..<batch.first + f.count, with: f)
                    }
                }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        if let error = failure.withLock({ $0 }) { throw error }
        return (results.withLock { $0 }, seconds)
    }
}
