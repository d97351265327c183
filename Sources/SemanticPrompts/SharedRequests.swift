internal import Foundation
internal import Synchronization

/// Lets those who want the same thing at the same time wait for one request.
final class SharedRequests: Sendable {
    private struct Running {
        let task: Task<Answer, any Error>
        var waiting: Int
    }

    /// An answer and who it is from.
    struct Answer: Sendable {
        let body: Data
        let isRemembered: Bool
        let seconds: Double
        /// What went wrong without harm.
        var note: String?
    }

    private let running = Mutex<[PromptCache.Key: Running]>([:])

    /// What `work` gives, or what it is giving to somebody else already.
    ///
    /// The work is cancelled when everybody who waits for it is.
    ///
    /// - Returns: The answer, and whether somebody else's request brought it.
    func answer(
        to key: PromptCache.Key, work: @escaping @Sendable () async throws -> Answer
    ) async throws -> (answer: Answer, isShared: Bool) {
        let (task, isShared) = running.withLock { running in
            if let found = running[key], !found.task.isCancelled {
                running[key]?.waiting += 1
                return (found.task, true)
            }
            let task = Task {
                defer { self.forget(key) }
                return try await work()
            }
            running[key] = Running(task: task, waiting: 1)
            return (task, false)
        }
        let answer = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            leave(key)
        }
        return (answer, isShared)
    }

    private func forget(_ key: PromptCache.Key) {
        running.withLock { _ = $0.removeValue(forKey: key) }
    }

    private func leave(_ key: PromptCache.Key) {
        let abandoned = running.withLock { running -> Task<Answer, any Error>? in
            guard let found = running[key] else { return nil }
            running[key]?.waiting -= 1
            return found.waiting <= 1 ? found.task : nil
        }
        abandoned?.cancel()
    }
}
