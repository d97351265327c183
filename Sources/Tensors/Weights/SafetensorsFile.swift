public import Foundation

/// A safetensors file, mapped into memory and checked before anything is read from it.
public struct SafetensorsFile: Sendable {
    /// The name of the file, for messages.
    public let name: String

    /// The `__metadata__` of the header, empty when there is none.
    public let metadata: [String: String]

    private let file: MappedFile
    private let entries: [String: SafetensorsHeader.Entry]

    /// Opens a file.
    ///
    /// - Parameter url: Where the file is.
    /// - Throws: ``WeightsError/unreadable(file:reason:)``, or
    ///   ``WeightsError/damaged(file:reason:)`` when any length, offset, shape or name is wrong.
    public init(_ url: URL) throws(WeightsError) {
        let file = try MappedFile(url)
        do {
            let header = try SafetensorsHeader(file.bytes)
            self.metadata = header.metadata
            self.entries = header.entries
        } catch {
            throw .damaged(file: url.lastPathComponent, reason: error.reason)
        }
        self.name = url.lastPathComponent
        self.file = file
    }

    /// The names of all tensors, sorted.
    public var names: [String] { entries.keys.sorted() }

    /// The bytes of all tensors together.
    public var dataByteCount: Int { entries.values.reduce(0) { $0 + $1.bytes.count } }

    /// The shape of a tensor.
    ///
    /// - Parameter name: The tensor's name.
    /// - Returns: The shape, or nil when there is no such tensor.
    public func shape(of name: String) -> Shape? {
        entries[name].map { Shape($0.shape) }
    }

    /// The element type of a tensor as the format writes it, such as "F32".
    ///
    /// - Parameter name: The tensor's name.
    /// - Returns: The type, or nil when there is no such tensor.
    public func type(of name: String) -> String? { entries[name]?.type }

    /// The numbers of a tensor in single precision.
    ///
    /// - Parameter name: The tensor's name.
    /// - Returns: The numbers, in the file's order.
    /// - Throws: ``WeightsError/mismatch(file:problems:)`` when there is no such tensor, or it is
    ///   not F32, F16 or BF16.
    public func floats(_ name: String) throws(WeightsError) -> [Float] {
        guard let entry = entries[name] else {
            throw .mismatch(file: self.name, problems: ["\(name) is missing"])
        }
        guard let values = floats(entry) else {
            throw .mismatch(
                file: self.name, problems: ["\(name) is \(entry.type), not F32, F16 or BF16"])
        }
        return values
    }

    /// Where the bytes of a tensor lie in the file, for those who map it themselves.
    ///
    /// - Parameter name: The tensor's name.
    /// - Returns: The range, checked to be inside the file; nil when there is no such tensor.
    public func byteRange(of name: String) -> Range<Int>? { entries[name]?.bytes }

    private func floats(_ entry: SafetensorsHeader.Entry) -> [Float]? {
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
        defer { withExtendedLifetime(file) {} }
        // The header's length decides where tensors start, so none of them need be aligned.
        func halves(_ convert: (UInt16) -> Float) -> [Float] {
            (0..<bytes.count / 2).map { index in
                convert(
                    UInt16(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: 2 * index, as: UInt16.self)))
            }
        }
        switch entry.type {
        case "F32":
            return (0..<bytes.count / 4).map { index in
                let bits = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        case "F16": return halves { Float(Float16(bitPattern: $0)) }
        case "BF16": return halves { Float(bitPattern: UInt32($0) << 16) }
        default: return nil
        }
    }
}
