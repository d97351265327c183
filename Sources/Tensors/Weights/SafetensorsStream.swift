public import Foundation

/// Writes a safetensors file piece by piece, for tensors that need not fit in memory.
///
/// The sizes are said first; then the tensors' bytes follow in that order, in pieces of any length.
public final class SafetensorsStream {
    /// A tensor of the file.
    public struct Part: Sendable {
        /// The tensor's name.
        public let name: String
        /// Its element type as the format writes it, such as "F16".
        public let type: String
        /// The sizes of its dimensions.
        public let shape: Shape

        /// Describes a tensor.
        ///
        /// - Parameters:
        ///   - name: The tensor's name.
        ///   - type: Its element type as the format writes it, such as "F16".
        ///   - shape: The sizes of its dimensions.
        public init(name: String, type: String, shape: Shape) {
            precondition(SafetensorsHeader.elementSizes[type] != nil, "the element type \(type)")
            self.name = name
            self.type = type
            self.shape = shape
        }

        /// The tensor's size in the file.
        public var byteCount: Int { shape.count * (SafetensorsHeader.elementSizes[type] ?? 0) }
    }

    private let name: String
    private let descriptor: Int32
    private var missing: Int

    /// Makes the file, in place of one that is there, and writes its header.
    ///
    /// - Parameters:
    ///   - url: Where to write.
    ///   - parts: The tensors, no two of the same name, in the order in which they will come.
    /// - Throws: ``WeightsError/unwritable(file:reason:)``.
    public init(_ url: URL, parts: [Part]) throws(WeightsError) {
        precondition(Set(parts.map(\.name)).count == parts.count, "two tensors of one name")
        name = url.lastPathComponent
        missing = parts.reduce(0) { $0 + $1.byteCount }
        descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw .unwritable(
                file: url.lastPathComponent, reason: String(cString: strerror(errno)))
        }
        let isWritten = Self.header(parts).withUnsafeBytes { write($0) }
        guard isWritten else { throw failure }
    }

    deinit { close(descriptor) }

    /// Writes the next bytes of the tensors.
    ///
    /// - Parameter bytes: Little-endian numbers; not more than the parts have in all.
    /// - Throws: ``WeightsError/unwritable(file:reason:)``.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(WeightsError) {
        precondition(bytes.count <= missing, "\(bytes.count) bytes, and \(missing) are missing")
        guard write(bytes) else { throw failure }
        missing -= bytes.count
    }

    /// Brings the file to the disk once all bytes have been written.
    ///
    /// - Throws: ``WeightsError/unwritable(file:reason:)``.
    public func finish() throws(WeightsError) {
        precondition(missing == 0, "\(missing) bytes are missing")
        guard fsync(descriptor) == 0 else { throw failure }
    }

    /// Writes all bytes, or leaves the reason in `errno`.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Foundation.write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private var failure: WeightsError {
        .unwritable(file: name, reason: String(cString: strerror(errno)))
    }

    private static func header(_ parts: [Part]) -> [UInt8] {
        var (members, offset) = ([String](), 0)
        for part in parts {
            let shape = part.shape.dimensions.map(String.init).joined(separator: ",")
            let end = offset + part.byteCount
            members.append(
                "\(SafetensorsWriter.quoted(part.name)):{\"dtype\":\"\(part.type)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = Array("{\(members.joined(separator: ","))}".utf8)
        // Spaces bring the numbers to a multiple of 64 bytes of the file.
        while (8 + header.count) % 64 != 0 { header.append(UInt8(ascii: " ")) }
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
    }
}
