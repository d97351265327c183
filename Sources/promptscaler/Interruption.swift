internal import Dispatch
internal import Foundation
internal import Synchronization

/// The user pressed Ctrl-C, or the system asked the program to end.
struct Interrupted: Error {
    let signal: Int32
}

/// Turns SIGINT and SIGTERM into an error at the next safe place.
///
/// Between two such places nothing is cut off: a file that is being written is finished, and
/// what is incomplete exists only in memory.
final class Interruption: Sendable {
    private let received = Atomic<Int32>(0)
    private let sources: Mutex<[any DispatchSourceSignal]> = Mutex([])

    /// Takes over both signals for the rest of the process.
    init() {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [weak self] in
                guard let self else { return }
                if self.received.exchange(number, ordering: .relaxed) == 0 {
                    Console.say("\nStopping after the regions in work …")
                }
            }
            source.resume()
            sources.withLock { $0.append(source) }
        }
    }

    /// - Throws: ``Interrupted`` once a signal has arrived.
    func check() throws(Interrupted) {
        let number = received.load(ordering: .relaxed)
        if number != 0 { throw Interrupted(signal: number) }
    }
}
