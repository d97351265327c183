internal import Foundation
internal import Tensors

/// The values and keys of a memory, mapped and not read.
struct MemoryNumbers: Sendable {
    let count: Int
    let shape: PatchShape
    let keys: KeyRows
    private let values: Data

    /// Maps `values.safetensors`.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - shape: The sizes that its patches must have.
    ///   - memory: The memory's name, for errors.
    /// - Throws: ``MemoryError``.
    init(_ url: URL, shape: PatchShape, memory: String) throws(MemoryError) {
        func damaged(_ reason: String) -> MemoryError {
            .damaged(memory: memory, file: MemoryFiles.values, reason: reason)
        }
        guard access(url.path, F_OK) == 0 else {
            throw .missingFile(memory: memory, file: MemoryFiles.values)
        }
        let file: SafetensorsFile
        do {
            file = try SafetensorsFile(url)
        } catch {
            throw damaged("\(error)")
        }
        let (keys, values) = (MemoryWriter.keysTensor, MemoryWriter.valuesTensor)
        guard let keyShape = file.shape(of: keys), let valueShape = file.shape(of: values),
            file.type(of: keys) == "F32", file.type(of: values) == "F16",
            let keyRange = file.byteRange(of: keys), let valueRange = file.byteRange(of: values),
            let data = try? Data(contentsOf: url, options: .alwaysMapped),
            data.count >= max(keyRange.upperBound, valueRange.upperBound)
        else { throw damaged("it has not the tensors '\(keys)' and '\(values)'") }
        guard keyShape.rank == 2, keyShape[1] == shape.keySize,
            valueShape.dimensions == [keyShape[0], shape.side, shape.side, shape.channels]
        else { throw damaged("its tensors are \(keyShape) and \(valueShape)") }
        count = keyShape[0]
        self.shape = shape
        self.keys = KeyRows(data[keyRange], dimension: shape.keySize)
        self.values = data[valueRange]
    }

    /// Lends all rows.
    func withRows<Result>(_ body: (SamplingCandidates) throws -> Result) rethrows -> Result {
        try keys.withUnsafeBytes { keys in
            try values.withUnsafeBytes { values in
                try body(
                    SamplingCandidates(
                        values: values, keys: keys, count: count, valueWidth: shape.valueSize,
                        keyWidth: shape.keySize))
            }
        }
    }

    /// The values of some entries in single precision: `[entries, V, V, c]`.
    func values(of entries: [Int]) -> [Float] {
        values.withUnsafeBytes { bytes in
            entries.flatMap { entry in
                precondition((0..<count).contains(entry), "entry \(entry) of \(count)")
                let start = entry * shape.valueSize * 2
                return (0..<shape.valueSize).map { index in
                    let bits = bytes.loadUnaligned(
                        fromByteOffset: start + 2 * index, as: UInt16.self)
                    return Float(Float16(bitPattern: UInt16(littleEndian: bits)))
                }
            }
        }
    }
}
