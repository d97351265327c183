import Foundation
import Synchronization
import TestSupport
import Tensors
import Testing

@Suite("Worker pool")
struct WorkerPoolTests {
    struct Failure: Error, Equatable { let index: Int }

    @Test("results come in the order of the pieces, with the same bytes at any number of workers")
    func sameBytes() throws {
        var random = SplitMix(seed: 18)
        let (w, b) = (random.floats(48 * 48), random.floats(48))
        let x = (0..<12).map { _ in random.floats(1024 * 48) }
        func run(workers: Int) throws -> [[Float]] {
            let linear = Linear(weight: w, bias: b, in: 48, out: 48)
            let pool = WorkerPool(policy: ComputePolicy(threads: workers, precision: .f32))
            return try pool.map(count: x.count) { index, context in
                let input = Tensor(x[index], [1024, 48], in: context)
                return try linear(input, activation: .geluTanh, in: context).values
            }
        }
        let alone = try run(workers: 1)
        #expect(Set(alone).count == 12)
        for workers in [2, 3, 8] { #expect(try run(workers: workers) == alone) }
    }

    @Test("the error of the lowest piece is thrown, and no new piece starts")
    func errors() {
        let started = Mutex(0)
        let pool = WorkerPool(policy: ComputePolicy(threads: 1, precision: .f32))
        #expect(throws: Failure(index: 3)) {
            try pool.map(count: 100) { index, _ in
                started.withLock { $0 += 1 }
                if index >= 3 { throw Failure(index: index) }
            }
        }
        #expect(started.withLock { $0 } == 4)
    }

    @Test("a cancelled task stops before the next piece")
    func cancellation() async throws {
        let pool = WorkerPool(policy: ComputePolicy(threads: 2, precision: .f32))
        let started = Mutex(0)
        let released = Mutex(false)
        let task = Task {
            try pool.map(count: 100) { _, _ in
                started.withLock { $0 += 1 }
                while !released.withLock({ $0 }) { Thread.sleep(forTimeInterval: 0.001) }
            }
        }
        while started.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        released.withLock { $0 = true }
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect((1...2).contains(started.withLock { $0 }))
    }

    @Test("the caller can stop the work without a task")
    func stops() {
        let pool = WorkerPool(policy: ComputePolicy(threads: 2, precision: .f32))
        #expect(throws: CancellationError.self) {
            try pool.map(count: 10, isCancelled: { true }) { _, _ in
                Issue.record("a piece was started")
            }
        }
    }

    @Test("no pieces give no results")
    func empty() throws {
        let results = try WorkerPool().map(count: 0) { index, _ in index }
        #expect(results.isEmpty)
    }
}
