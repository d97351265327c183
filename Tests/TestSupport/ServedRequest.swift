import CTestTLS
public import Foundation

/// A request as a ``FaultServer`` read it.
public struct ServedRequest: Sendable {
    /// GET or POST.
    public let method: String
    /// The path with its query.
    public let path: String
    /// The head without its first line.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: Data
    /// Head and body as they came.
    public let raw: Data
    /// The connection, 1 for the first.
    public let connection: Int

    /// The value of a line of the head.
    ///
    /// - Parameter name: Its name, in any case.
    /// - Returns: The value, or nil.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as JSON, empty when it is not an object.
    public var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    }

    /// Reads the next request of a connection.
    ///
    /// - Parameters:
    ///   - stream: The connection.
    ///   - connection: Its number.
    ///   - buffer: Bytes that were read and not used yet.
    /// - Returns: The request, or nil when the client went away.
    static func read(
        from stream: ServerStream, _ connection: Int, _ buffer: inout Data
    ) -> ServedRequest? {
        let separator = Data("\r\n\r\n".utf8)
        var end = buffer.range(of: separator)
        while end == nil {
            guard let more = stream.read() else { return nil }
            buffer.append(more)
            end = buffer.range(of: separator)
        }
        guard let end else { return nil }
        let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n")
        let first = (lines.first ?? "").split(separator: " ")
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (
                String(line[..<colon]),
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            )
        }
        let length =
            headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
            ?? 0
        let total = end.upperBound - buffer.startIndex + length
        while buffer.count < total {
            guard let more = stream.read() else { return nil }
            buffer.append(more)
        }
        let raw = Data(buffer.prefix(total))
        buffer = Data(buffer.dropFirst(total))
        return ServedRequest(
            method: first.first.map(String.init) ?? "",
            path: first.dropFirst().first.map(String.init) ?? "", headers: headers,
            body: Data(raw.suffix(length)), raw: raw, connection: connection)
    }
}

/// A socket, encrypted or not.
final class ServerStream {
    private let socket: Int32
    private let encrypted: OpaquePointer?

    /// Shakes hands where needed; nil when the client went away meanwhile.
    init?(_ socket: Int32, _ certificate: TestCertificate?) {
        self.socket = socket
        guard let certificate else {
            encrypted = nil
            return
        }
        encrypted = pt_accept(certificate.identity, socket)
        if encrypted == nil { return nil }
    }

    deinit { if let encrypted { pt_close(encrypted) } }

    /// Whatever has come, nil at the end.
    func read() -> Data? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count =
            encrypted.map { pt_read($0, &bytes, bytes.count) }
            ?? recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? Data(bytes.prefix(count)) : nil
    }

    /// Sends all bytes; tells whether the client was there to take them.
    func write(_ data: Data) -> Bool {
        data.withUnsafeBytes { (raw: UnsafeRawBufferPointer) -> Bool in
            var rest = raw[...]
            while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
                let count =
                    encrypted.map { pt_write($0, start, rest.count) }
                    ?? send(socket, start, rest.count, Int32(MSG_NOSIGNAL))
                if count <= 0 { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    /// Whether the client has ended the connection.
    var isClosedByClient: Bool {
        var byte: UInt8 = 0
        let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
        return recv(socket, &byte, 1, flags) == 0
    }

    /// Lets the connection break: unsent bytes are dropped, and the client is told so.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }
}
