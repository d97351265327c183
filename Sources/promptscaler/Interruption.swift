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
///
/// Unchecked: `sources` does not change after `init`.
final class Interruption: @unchecked Sendable {
    /// The first signal that came, 0 before; the handlers run on another thread.
    private final class Received: Sendable {
        let signal = Atomic<Int32>(0)
    }

    private let received = Received()
    private var sources: [any DispatchSourceSignal] = []

    /// Takes over both signals for the rest of the process.
    ///
    /// - Parameter message: What to say when the first arrives.
    init(message: String = "Stopping after the regions in work …") {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [received] in
                if received.signal.exchange(number, ordering: .relaxed) == 0 {
                    Console.say("\n" + message)
                }
            }
            source.resume()
            sources.append(source)
        }
    }

    /// - Throws: ``Interrupted`` once a signal has arrived.
    func check() throws(Interrupted) {
        let number = received.signal.load(ordering: .relaxed)
        if number != 0 { throw Interrupted(signal: number) }
    }
}
