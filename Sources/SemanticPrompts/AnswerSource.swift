internal import Foundation
internal import Transfer

/// Answers: remembered ones first, then what is being asked already, then a request.
struct AnswerSource: Sendable {
    private let client: HTTPClient?
    private let cache: PromptCache?
    private let shared = SharedRequests()

    init(client: HTTPClient?, cache: PromptCache?) {
        self.client = client
        self.cache = cache
    }

    /// An answer that can be read.
    struct Found: Sendable {
        let body: Data
        /// Whether a request was sent for it just now, and by this caller.
        let isNew: Bool
        let seconds: Double
        /// What went wrong without harm.
        let note: String?
    }

    /// Finds an answer.
    ///
    /// - Parameters:
    ///   - key: What it is an answer to.
    ///   - host: Who would be asked.
    ///   - request: The question.
    ///   - check: Throws when an answer cannot be read; such ones are not remembered.
    /// - Returns: The answer.
    /// - Throws: ``PromptError``.
    func answer(
        to key: PromptCache.Key, host: String, request: @escaping @Sendable () -> HTTPRequest,
        check: @escaping @Sendable (Data) throws(PromptError) -> Void
    ) async throws(PromptError) -> Found {
        do {
            let (answer, isShared) = try await shared.answer(to: key) { [client, cache] in
                // Looked up inside: whoever asked just before has remembered it by now.
                if let body = try cache?.answer(to: key), (try? check(body)) != nil {
                    return SharedRequests.Answer(body: body, isRemembered: true, seconds: 0)
                }
                guard let client else { throw PromptError.notRemembered(host: host) }
                let start = ContinuousClock.now
                let body = try await client.send(request()).body
                try check(body)
                let seconds = start.duration(to: .now) / .seconds(1)
                var note: String?
                do {
                    try cache?.remember(body, as: key)
                } catch {
                    // Paid for and in hand: better used and not remembered than lost.
                    note = "an answer could not be remembered: \(error)"
                }
                return SharedRequests.Answer(
                    body: body, isRemembered: false, seconds: seconds, note: note)
            }
            let isNew = !answer.isRemembered && !isShared
            return Found(
                body: answer.body, isNew: isNew, seconds: isNew ? answer.seconds : 0,
                note: answer.note)
        } catch let error as PromptError {
            throw error
        } catch let error as TransferError {
            throw .service(error)
        } catch {
            throw .service(TransferError(host: host, kind: .cancelled))
        }
    }
}
