internal import Foundation

/// Does numbered pieces of work on several threads and hands the results over in their order.
///
/// Results are used in order, whichever thread is done first, so sums of them do not depend on the
/// number of threads. A thread waits before it runs more than a few pieces ahead of what has been
/// used, so the memory of waiting results is bounded.
///
/// The threads are plain ones and not tasks: each keeps a compute context for its whole life, and
/// a blocked task would take a thread from everybody else's tasks.
public enum OrderedWorkers {
    /// Runs pieces `0..<count`.
    ///
    /// - Parameters:
    ///   - count: The number of pieces.
    ///   - threads: The number of threads, at least 1; no more are made than there are pieces.
    ///   - makeWorker: Called on each thread once; what it returns is called for one piece after
    ///     the other on that thread.
    ///   - use: Called on the calling thread with each piece's number, in order, and its result.
    /// - Throws: The first error by the order of pieces, or what `use` throws. All threads have
    ///   ended by then.
    public static func run<Piece: Sendable>(
        count: Int, threads: Int,
        makeWorker: @escaping @Sendable () throws -> (Int) throws -> Piece,
        use: (Int, Piece) throws -> Void
    ) throws {
        let board = Board<Piece>(count: count, ahead: threads + 1)
        let threads = max(1, min(threads, count))
        for _ in 0..<threads {
            board.threadStarts()
            let thread = Thread {
                board.work(makeWorker)
                board.threadEnds()
            }
            // oneDNN writes its kernels with deep recursion; the default of 512 KiB is little.
            thread.stackSize = 8 << 20
            thread.start()
        }
        defer { board.stopAndWait() }
        for piece in 0..<count { try use(piece, board.take(piece)) }
    }
}

/// Where threads take numbers and leave results.
///
/// Unchecked: every variable is read and written with `condition` locked.
private final class Board<Piece: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let count: Int
    private let ahead: Int
    private var next = 0
    private var taken = 0
    private var results: [Int: Result<Piece, any Error>] = [:]
    private var startFailure: (any Error)?
    private var isStopped = false
    private var runningThreads = 0

    init(count: Int, ahead: Int) {
        self.count = count
        self.ahead = ahead
    }

    func threadStarts() { condition.withLock { runningThreads += 1 } }

    func threadEnds() {
        condition.withLock {
            runningThreads -= 1
            condition.broadcast()
        }
    }

    func work(_ makeWorker: () throws -> (Int) throws -> Piece) {
        let worker: (Int) throws -> Piece
        do {
            worker = try makeWorker()
        } catch {
            condition.withLock {
                startFailure = error
                condition.broadcast()
            }
            return
        }
        while let piece = nextPiece() {
            let result = Result { try worker(piece) }
            condition.withLock {
                results[piece] = result
                condition.broadcast()
            }
        }
    }

    private func nextPiece() -> Int? {
        condition.withLock {
            while !isStopped && next < count && next >= taken + ahead { condition.wait() }
            if isStopped || next >= count { return nil }
            defer { next += 1 }
            return next
        }
    }

    func take(_ piece: Int) throws -> Piece {
        try condition.withLock {
            while results[piece] == nil {
                if let startFailure { throw startFailure }
                condition.wait()
            }
            taken = piece + 1
            condition.broadcast()
            let result = results.removeValue(forKey: piece)
            guard let result else { throw CancellationError() }
            return try result.get()
        }
    }

    func stopAndWait() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
            while runningThreads > 0 { condition.wait() }
        }
    }
}
