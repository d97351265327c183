internal import Locks
/// Lets a number of requests through at a time; the others wait in the order in which they came.
final class RequestGate: Sendable {
    private struct State {
        var free: Int
        var waiting: [(number: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Requests that were cancelled before they began to wait.
        var cancelled: Set<UInt64> = []
        var nextNumber: UInt64 = 0
    }

    private let state: Guarded<State>

    init(places: Int) {
        precondition(places >= 1, "\(places) requests at a time")
        state = Guarded(State(free: places))
    }

    /// Waits for a place.
    ///
    /// - Returns: Whether there is one; otherwise the task was cancelled, and nothing need be left.
    func enter() async -> Bool {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((number, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                if let index = state.waiting.firstIndex(where: { $0.number == number }) {
                    return state.waiting.remove(at: index).continuation
                }
                state.cancelled.insert(number)
                return nil
            }
            waiting?.resume(returning: false)
        }
        // A cancellation after the place was given left its number behind.
        state.withLock { _ = $0.cancelled.remove(number) }
        return entered
    }

    /// Gives a place back.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
