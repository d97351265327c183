internal import Foundation
internal import Locks
internal import Transfer

/// Lets those who want the same thing at the same time wait for one request.
final class SharedRequests: Sendable {
    private struct Running {
        /// Which of the requests for one thing, of which all but the last were abandoned.
        let number: Int
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

    private struct State {
        var running: [PromptCache.Key: Running] = [:]
        var next = 0
    }

    private let state = Guarded(State())

    /// What `work` gives, or what it is giving to somebody else already.
    ///
    /// The work is cancelled when everybody who waits for it is.
    ///
    /// - Returns: The answer, and whether somebody else's request brought it.
    func answer(
        to key: PromptCache.Key, work: @escaping @Sendable () async throws -> Answer
    ) async throws -> (answer: Answer, isShared: Bool) {
        let (request, isShared) = state.withLock { state in
            if let found = state.running[key], !found.task.isCancelled {
                state.running[key]?.waiting += 1
                return (found, true)
            }
            state.next += 1
            let number = state.next
            let task = Task {
                defer { self.forget(key, number) }
                return try await work()
            }
            let request = Running(number: number, task: task, waiting: 1)
            state.running[key] = request
            return (request, false)
        }
        let answer = try await withTaskCancellationHandler {
            try await request.task.value
        } onCancel: {
            leave(key, request.number)
        }
        return (answer, isShared)
    }

    private func forget(_ key: PromptCache.Key, _ number: Int) {
        state.withLock { state in
            if state.running[key]?.number == number { state.running[key] = nil }
        }
    }

    private func leave(_ key: PromptCache.Key, _ number: Int) {
        let abandoned = state.withLock { state -> Task<Answer, any Error>? in
            guard let found = state.running[key], found.number == number else { return nil }
            state.running[key]?.waiting -= 1
            return found.waiting <= 1 ? found.task : nil
        }
        abandoned?.cancel()
    }
}
