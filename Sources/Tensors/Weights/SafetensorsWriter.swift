public import Foundation

/// Writes safetensors files: the same tensors give the same bytes, whatever order they came in.
public struct SafetensorsWriter {
    private struct Entry {
        let shape: Shape
        let values: [Float]
        let type: ElementType
    }

    private var entries: [String: Entry] = [:]

    /// The `__metadata__` of the file.
    public var metadata: [String: String] = [:]

    /// Makes a writer without tensors.
    public init() {}

    /// Adds a tensor, in place of one that had the same name.
    ///
    /// - Parameters:
    ///   - name: The tensor's name.
    ///   - shape: The sizes of its dimensions.
    ///   - values: Its numbers, as many as the shape has elements.
    ///   - type: How the numbers are stored; bf16 rounds to nearest, ties to even.
    public mutating func add(
        _ name: String, _ shape: Shape, _ values: [Float], as type: ElementType = .f32
    ) {
        precondition(values.count == shape.count, "\(values.count) values for shape \(shape)")
        precondition(name != "__metadata__", "this name is reserved by the format")
        entries[name] = Entry(shape: shape, values: values, type: type)
    }

    /// The bytes of the file.
    ///
    /// - Returns: Header and tensors, sorted by the bytes of their names.
    public func encoded() -> Data {
        let names = entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var (members, offset) = ([String](), 0)
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
            members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        for case let (name, entry?) in names.map({ ($0, entries[$0]) }) {
            let end = offset + entry.shape.count * entry.type.byteCount
            let shape = entry.shape.dimensions.map(String.init).joined(separator: ",")
            members.append(
                "\(Self.quoted(name)):{\"dtype\":\"\(entry.type == .f32 ? "F32" : "BF16")\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = Array("{\(members.joined(separator: ","))}".utf8)
        // Spaces bring the numbers to a multiple of eight bytes.
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        var data = Data(capacity: 8 + header.count + offset)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: header)
        for case let entry? in names.map({ entries[$0] }) { Self.append(entry, to: &data) }
        return data
    }

    /// Writes the file: whole under its name, or not at all.
    ///
    /// - Parameter url: Where to write; a file that is there is replaced.
    /// - Throws: ``WeightsError/unwritable(file:reason:)``.
    public func write(to url: URL) throws(WeightsError) {
        do {
            try encoded().write(to: url, options: .atomic)
        } catch {
            throw .unwritable(file: url.lastPathComponent, reason: error.localizedDescription)
        }
    }

    private static func append(_ entry: Entry, to data: inout Data) {
        switch entry.type {
        case .f32:
            for value in entry.values {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
        case .bf16:
            for value in entry.values {
                withUnsafeBytes(of: bf16(value).littleEndian) { data.append(contentsOf: $0) }
            }
        }
    }

    private static func bf16(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        if value.isNaN { return UInt16(bits >> 16) | 0x40 }
        return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
