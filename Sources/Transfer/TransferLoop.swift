internal import CCurl
internal import Foundation
internal import Locks
internal import Synchronization

/// The thread that owns libcurl's multi handle, its connections and all open transfers.
final class TransferLoop: Sendable {
    private struct Inbox {
        var arrived: [Exchange] = []
        var isStopped = false
    }

    private let inbox = Guarded(Inbox())
    private let multi: MultiHandle

    /// A multi handle, whose one function for all threads is waking it up.
    private final class MultiHandle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
        init?() {
            guard let pointer = curl_multi_init() else { return nil }
            self.pointer = pointer
        }
        deinit { curl_multi_cleanup(pointer) }
    }

    /// Once for the process, before any thread uses libcurl.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Starts the thread; nil when libcurl cannot be started, for want of memory.
    ///
    /// - Parameters:
    ///   - certificates: A file of certificates to trust instead of the system's.
    ///   - agent: What the program calls itself.
    init?(certificates: String?, agent: String) {
        guard Self.isReady, let multi = MultiHandle() else { return nil }
        self.multi = multi
        let thread = Thread { [self] in run(certificates: certificates, agent: agent) }
        thread.name = "transfers"
        thread.start()
    }

    /// Ends the thread; transfers that are open are cancelled.
    func stop() {
        inbox.withLock { $0.isStopped = true }
        curl_multi_wakeup(multi.pointer)
    }

    /// Makes one attempt at a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - timeout: The limit of this attempt.
    /// - Returns: Any answer, or why there is none.
    func perform(
        _ request: HTTPRequest, timeout: Duration
    ) async -> Result<Exchange.RawAnswer, TransferError.Kind> {
        let started = Guarded<Exchange?>(nil)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let exchange = Exchange(request, timeout: timeout, answer: continuation)
                started.withLock { $0 = exchange }
                if Task.isCancelled { exchange.isCancelled.store(true, ordering: .releasing) }
                let isStopped = inbox.withLock { inbox in
                    if !inbox.isStopped { inbox.arrived.append(exchange) }
                    return inbox.isStopped
                }
                if isStopped {
                    exchange.isCancelled.store(true, ordering: .releasing)
                    exchange.close(CURLE_OK)
                } else {
                    curl_multi_wakeup(multi.pointer)
                }
            }
        } onCancel: {
            started.withLock { $0?.isCancelled.store(true, ordering: .releasing) }
            curl_multi_wakeup(multi.pointer)
        }
    }

    private func run(certificates: String?, agent: String) {
        var open: [UnsafeMutableRawPointer: Exchange] = [:]
        func end(_ easy: UnsafeMutableRawPointer, _ code: CURLcode) {
            curl_multi_remove_handle(multi.pointer, easy)
            open.removeValue(forKey: easy)?.close(code)
        }
        while true {
            let (arrived, isStopped) = inbox.withLock { inbox in
                defer { inbox.arrived = [] }
                return (inbox.arrived, inbox.isStopped)
            }
            for exchange in arrived {
                guard !exchange.isCancelled.load(ordering: .acquiring), !isStopped,
                    let easy = exchange.open(certificates: certificates, agent: agent),
                    curl_multi_add_handle(multi.pointer, easy) == CURLM_OK
                else {
                    if isStopped { exchange.isCancelled.store(true, ordering: .releasing) }
                    exchange.close(CURLE_FAILED_INIT)
                    continue
                }
                open[easy] = exchange
            }
            for (easy, exchange) in open {
                if isStopped { exchange.isCancelled.store(true, ordering: .releasing) }
                if exchange.isCancelled.load(ordering: .acquiring) { end(easy, CURLE_OK) }
            }
            if isStopped { return }

            var running: Int32 = 0
            curl_multi_perform(multi.pointer, &running)
            var easy: UnsafeMutableRawPointer?
            var code = CURLE_OK
            while ps_curl_multi_next_ended(multi.pointer, &easy, &code) == 1 {
                if let easy { end(easy, code) }
            }
            // Woken by sockets, by libcurl's own time limits, and by ``curl_multi_wakeup``.
            curl_multi_poll(multi.pointer, nil, 0, 60_000, nil)
        }
    }
}
