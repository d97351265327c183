/// What the header of a safetensors file says, after everything in it has been checked.
///
/// Source: the [format's description](https://github.com/huggingface/safetensors#format): eight
/// bytes with the length of the header, the header in JSON, then the tensors' bytes. As in the
/// reference reader the tensors must fill the rest of the file without gap or overlap.
struct SafetensorsHeader {
    /// A tensor as the header describes it.
    struct Entry {
        let type: String
        let shape: [Int]
        /// Where its bytes are, counted from the start of the file.
        let bytes: Range<Int>
    }

    let entries: [String: Entry]
    let metadata: [String: String]

    /// The longest header that is read: the limit of the reference reader.
    static let maximumLength = 100_000_000

    /// Bytes of an element, by the name of its type in the format.
    static let elementSizes = [
        "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1,
        "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
    ]

    init(_ file: UnsafeRawBufferPointer) throws(HeaderProblem) {
        guard file.count >= 8 else { throw HeaderProblem("it has only \(file.count) bytes") }
        let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(Self.maximumLength), Int(length) <= file.count - 8 else {
            throw HeaderProblem("its header of \(length) bytes does not fit")
        }
        let start = 8 + Int(length)
        var scanner = HeaderScanner(UnsafeRawBufferPointer(rebasing: file[8..<start]))
        let (raw, metadata) = try scanner.scan()
        self.metadata = metadata
        self.entries = try Self.check(raw, start: start, end: file.count)
    }

    private static func check(
        _ raw: [String: HeaderScanner.RawEntry], start: Int, end: Int
    ) throws(HeaderProblem) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for (name, tensor) in raw {
            guard let size = elementSizes[tensor.type] else {
                throw HeaderProblem("tensor \(name) has the unknown type \(tensor.type)")
            }
            let (from, to) = (tensor.from, tensor.to)
            guard from <= to, to <= end - start else {
                throw HeaderProblem("tensor \(name) lies at \(from) to \(to), outside the file")
            }
            guard let bytes = product(tensor.shape, times: size), bytes == to - from else {
                throw HeaderProblem(
                    "tensor \(name) has \(to - from) bytes for shape \(tensor.shape)")
            }
            entries[name] = Entry(
                type: tensor.type, shape: tensor.shape, bytes: start + from..<start + to)
        }
        var covered = start
        for (name, entry) in entries.sorted(by: { before($0, $1) }) {
            guard entry.bytes.lowerBound == covered else {
                let fault = entry.bytes.lowerBound < covered ? "overlaps another" : "follows a gap"
                throw HeaderProblem("tensor \(name) \(fault)")
            }
            covered = entry.bytes.upperBound
        }
        guard covered == end else {
            throw HeaderProblem("\(end - covered) bytes at its end belong to no tensor")
        }
        return entries
    }

    /// Order in the file; empty tensors stand before the one that starts at the same byte.
    private static func before(
        _ a: (key: String, value: Entry), _ b: (key: String, value: Entry)
    ) -> Bool {
        let (x, y) = (a.value.bytes, b.value.bytes)
        return (x.lowerBound, x.upperBound, a.key) < (y.lowerBound, y.upperBound, b.key)
    }

    /// The product of sizes that are not negative, or nil when it does not fit.
    private static func product(_ shape: [Int], times size: Int) -> Int? {
        var result = size
        for dimension in shape {
            let (next, overflow) = result.multipliedReportingOverflow(by: dimension)
            if overflow { return nil }
            result = next
        }
        return result
    }
}

/// Why a header is refused.
struct HeaderProblem: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
