/// Reads the JSON of a safetensors header, and nothing more of JSON than the format uses.
///
/// A general JSON reader keeps one of two equal keys and accepts any nesting; this one refuses what
/// the format does not have, and stops at the first byte that is out of place.
struct HeaderScanner {
    /// A tensor's entry before its numbers are compared with the file.
    struct RawEntry {
        var type: String
        var shape: [Int]
        var from: Int
        var to: Int
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads the whole header.
    mutating func scan() throws(HeaderProblem) -> ([String: RawEntry], [String: String]) {
        var entries: [String: RawEntry] = [:]
        var metadata: [String: String]?
        try object { scanner, name throws(HeaderProblem) in
            if name == "__metadata__" {
                guard metadata == nil else { throw HeaderProblem("it has metadata twice") }
                metadata = try scanner.strings()
            } else {
                guard entries[name] == nil else { throw HeaderProblem("tensor \(name) is twice") }
                entries[name] = try scanner.entry(name)
            }
        }
        skipSpace()
        guard position == bytes.count else { throw unexpected }
        return (entries, metadata ?? [:])
    }

    private mutating func entry(_ name: String) throws(HeaderProblem) -> RawEntry {
        var (type, shape, offsets) = (String?.none, [Int]?.none, [Int]?.none)
        try object { scanner, key throws(HeaderProblem) in
            switch key {
            case "dtype" where type == nil: type = try scanner.string()
            case "shape" where shape == nil: shape = try scanner.integers()
            case "data_offsets" where offsets == nil: offsets = try scanner.integers()
            default: throw HeaderProblem("tensor \(name) has an unexpected key \(key)")
            }
        }
        guard let type, let shape, let offsets, offsets.count == 2 else {
            throw HeaderProblem("tensor \(name) lacks its type, shape or two offsets")
        }
        return RawEntry(type: type, shape: shape, from: offsets[0], to: offsets[1])
    }

    private mutating func strings() throws(HeaderProblem) -> [String: String] {
        var result: [String: String] = [:]
        try object { scanner, key throws(HeaderProblem) in
            guard result[key] == nil else { throw HeaderProblem("metadata \(key) is twice") }
            result[key] = try scanner.string()
        }
        return result
    }

    private mutating func object(
        _ member: (inout HeaderScanner, String) throws(HeaderProblem) -> Void
    ) throws(HeaderProblem) {
        try expect("{")
        if accept("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            try member(&self, key)
        } while accept(",")
        try expect("}")
    }

    private mutating func integers() throws(HeaderProblem) -> [Int] {
        try expect("[")
        if accept("]") { return [] }
        var result: [Int] = []
        repeat { result.append(try integer()) } while accept(",")
        try expect("]")
        return result
    }

    private mutating func integer() throws(HeaderProblem) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while position < bytes.count, case let digit = bytes[position], (48...57).contains(digit) {
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int(digit) - 48)
            guard !overflow, !carry else { throw HeaderProblem("it has a number too large") }
            value = sum
            position += 1
        }
        // JSON has no leading zeros.
        guard position > start, bytes[start] != 48 || position == start + 1 else {
            throw unexpected
        }
        return value
    }

    private mutating func string() throws(HeaderProblem) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: text, as: UTF8.self) else {
                    throw HeaderProblem("a name in its header is not UTF-8")
                }
                return result
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<32: throw unexpected
            default: text.append(byte)
            }
        }
        throw unexpected
    }

    private mutating func escape(into text: inout [UInt8]) throws(HeaderProblem) {
        guard position < bytes.count else { throw unexpected }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"):
            var code = try codeUnit()
            if (0xD800..<0xDC00).contains(code) {  // the first half of a surrogate pair
                try expectHere("\\")
                try expectHere("u")
                let low = try codeUnit()
                guard (0xDC00..<0xE000).contains(low) else { throw unexpected }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw unexpected }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw unexpected
        }
    }

    private mutating func codeUnit() throws(HeaderProblem) -> UInt32 {
        guard position + 4 <= bytes.count else { throw unexpected }
        let digits = bytes[position..<position + 4]
        guard digits.allSatisfy({ Self.isHexDigit($0) }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw unexpected }
        position += 4
        return value
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        Character(Unicode.Scalar(byte)).isHexDigit && byte < 128
    }

    private mutating func skipSpace() {
        while position < bytes.count, [9, 10, 13, 32].contains(bytes[position]) { position += 1 }
    }

    private mutating func accept(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ mark: Unicode.Scalar) throws(HeaderProblem) {
        guard accept(mark) else { throw unexpected }
    }

    private mutating func expectHere(_ mark: Unicode.Scalar) throws(HeaderProblem) {
        guard position < bytes.count, bytes[position] == UInt8(ascii: mark) else {
            throw unexpected
        }
        position += 1
    }

    private var unexpected: HeaderProblem {
        HeaderProblem("its header cannot be understood at byte \(position)")
    }
}
