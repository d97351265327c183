public import Foundation
import Locks
import Transfer

/// An HTTP server that does as a test says, byte by byte, wrong or right.
///
/// It listens on a free port of this machine, with a thread of its own for each connection, and
/// records every request as it came.
public final class FaultServer: Sendable {
    /// What to do after a request was read.
    public enum Step: Sendable {
        /// Sends bytes.
        case send(Data)
        /// Waits, unless the client goes away.
        case wait(Duration)
        /// Sends bytes again and again until the client goes away.
        case endless(Data)
        /// Ends the connection.
        case close
        /// Ends the connection as one that broke.
        case reset
    }

    private struct State {
        var requests: [ServedRequest] = []
        var sockets: Set<Int32> = []
        var connections = 0
        var open = 0
        var mostOpen = 0
        var isStopped = false
    }

    private let state = Guarded(State())
    private let listener: Int32
    private let certificate: TestCertificate?
    private let answer: @Sendable (ServedRequest) -> [Step]

    /// The port that it listens on.
    public let port: Int

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - certificate: Speaks TLS with this certificate; nil for plain HTTP.
    ///   - answer: What to do about a request; it runs on the connection's thread.
    /// - Throws: When there is no free port.
    public init(
        certificate: TestCertificate? = nil,
        answer: @escaping @Sendable (ServedRequest) -> [Step]
    ) throws {
        // Writing to a client that went away is an error code here, not the end of the tests.
        signal(SIGPIPE, SIG_IGN)
        self.certificate = certificate
        self.answer = answer
        (listener, port) = try Self.listen()
        Thread.detachNewThread { [self] in acceptAll() }
    }

    deinit { stop() }

    /// The address at which it answers.
    public var address: String { "\(certificate == nil ? "http" : "https")://127.0.0.1:\(port)" }

    /// All requests so far, in the order in which they were complete.
    public var requests: [ServedRequest] { state.withLock { $0.requests } }

    /// Connections that were accepted.
    public var connections: Int { state.withLock { $0.connections } }

    /// The most requests that were being answered at one time.
    public var mostOpen: Int { state.withLock { $0.mostOpen } }

    /// Requests that are being answered now.
    public var open: Int { state.withLock { $0.open } }

    /// Ends every connection and listens no more.
    public func stop() {
        let sockets = state.withLock { state -> Set<Int32>? in
            if state.isStopped { return nil }
            state.isStopped = true
            return state.sockets
        }
        guard let sockets else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    fileprivate static func listen(accepts: Bool = true) throws -> (socket: Int32, port: Int) {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
                guard bind(socket, plain, length) == 0,
                    !accepts || Foundation.listen(socket, 64) == 0
                else { return Int32(-1) }
                return getsockname(socket, plain, &length)
            }
        }
        guard status == 0 else {
            close(socket)
            throw CocoaError(.featureUnsupported)
        }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func acceptAll() {
        while true {
            let socket = accept(listener, nil, nil)
            if socket < 0 { break }
            let number = state.withLock { state -> Int? in
                if state.isStopped { return nil }
                state.sockets.insert(socket)
                state.connections += 1
                return state.connections
            }
            guard let number else {
                close(socket)
                break
            }
            Thread.detachNewThread { [self] in
                serve(socket, number)
                state.withLock { _ = $0.sockets.remove(socket) }
                close(socket)
            }
        }
        close(listener)
    }

    private func serve(_ socket: Int32, _ number: Int) {
        guard let stream = ServerStream(socket, certificate) else { return }
        var buffer = Data()
        while let request = ServedRequest.read(from: stream, number, &buffer) {
            state.withLock { state in
                state.requests.append(request)
                state.open += 1
                state.mostOpen = max(state.mostOpen, state.open)
            }
            let goesOn = answer(request).allSatisfy { perform($0, on: stream) }
            state.withLock { $0.open -= 1 }
            if !goesOn { return }
        }
    }

    /// Does a step; tells whether the connection is still of use.
    private func perform(_ step: Step, on stream: ServerStream) -> Bool {
        switch step {
        case .send(let data): return stream.write(data)
        case .wait(let duration):
            let end = ContinuousClock.now + duration
            while ContinuousClock.now < end {
                if state.withLock({ $0.isStopped }) || stream.isClosedByClient { return false }
                usleep(2000)
            }
            return true
        case .endless(let data):
            while stream.write(data) {}
            return false
        case .close: return false
        case .reset:
            stream.reset()
            return false
        }
    }
}

extension FaultServer.Step {
    /// A whole answer.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - body: The body.
    ///   - headers: More lines of the head, such as `Retry-After: 1`.
    ///   - type: The type of the body.
    /// - Returns: The step.
    public static func answer(
        _ status: Int, _ body: String, headers: [String] = [], type: String = "application/json"
    ) -> FaultServer.Step {
        let lines =
            ["HTTP/1.1 \(status) Test", "Content-Type: \(type)"]
            + ["Content-Length: \(body.utf8.count)"] + headers
        return .send(Data((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }

    /// Bytes of a text.
    ///
    /// - Parameter text: The text; lines of a head end with `\r\n`.
    /// - Returns: The step.
    public static func text(_ text: String) -> FaultServer.Step { .send(Data(text.utf8)) }
}

/// A port on which nobody listens, and nobody will while this is there.
public final class ClosedPort {
    private let socket: Int32

    /// The port.
    public let number: Int

    /// Takes a free port.
    ///
    /// - Throws: When there is none.
    public init() throws {
        (socket, number) = try FaultServer.listen(accepts: false)
    }

    deinit { close(socket) }
}
