internal import Foundation

/// The structure of a FAISS file, read and checked before FAISS itself sees it.
///
/// FAISS takes every size in a file at its word. So only the two kinds that are written here are
/// let through, and only when every size agrees with every other and with the length of the file;
/// what is left to be wrong then is numbers, which can make results wrong but nothing else.
///
/// Source: `faiss/impl/index_write.cpp`, version 1.7.3: `IndexFlat` and `IndexIVFFlat`.
struct IndexLayout: Equatable {
    enum Kind: Equatable {
        /// All keys, from this byte on.
        case flat(start: Int)
        /// Keys in so many lists.
        case lists(Int)
    }

    /// Why bytes are no index.
    struct Problem: Error {
        let reason: String
    }

    let count: Int
    let dimension: Int
    let kind: Kind

    /// Reads the structure of a file.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Result<IndexLayout, Problem> {
        Result { () throws(Problem) in try IndexLayout(bytes) }
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
        var cursor = Cursor(bytes: bytes)
        let code = try cursor.code()
        let header = try Header(&cursor)
        switch code {
        case "IxFI":
            kind = .flat(start: try Self.flatKeys(&cursor, header))
        case "IwFl":
            kind = .lists(try Self.lists(&cursor, header))
        default:
            throw Problem(reason: "it is of no kind that this program writes")
        }
        guard cursor.position == bytes.count else {
            throw Problem(reason: "it has \(bytes.count - cursor.position) bytes too many")
        }
        (count, dimension) = (header.count, header.dimension)
    }

    /// What every FAISS index begins with.
    private struct Header {
        let count: Int
        let dimension: Int

        init(_ cursor: inout Cursor) throws(Problem) {
            dimension = Int(try cursor.integer(Int32.self))
            count = Int(try cursor.integer(Int64.self))
            try cursor.skip(16)
            let isTrained = try cursor.integer(UInt8.self)
            let metric = try cursor.integer(Int32.self)
            guard (1...65536).contains(dimension) && count >= 0 else {
                throw Problem(reason: "\(count) keys of \(dimension) numbers")
            }
            guard isTrained == 1 && metric == 0 else {
                throw Problem(reason: "it is not a finished index of inner products")
            }
        }
    }

    /// The keys of a flat index; the cursor is behind them afterwards.
    private static func flatKeys(
        _ cursor: inout Cursor, _ header: Header
    ) throws(Problem) -> Int {
        let numbers = try cursor.size()
        guard header.count.multipliedReportingOverflow(by: header.dimension) == (numbers, false)
        else {
            throw Problem(
                reason: "\(numbers) numbers for \(header.count) keys of \(header.dimension)")
        }
        let start = cursor.position
        try cursor.skip(numbers, each: 4)
        return start
    }

    /// The number of lists; the cursor is behind the last one afterwards.
    private static func lists(_ cursor: inout Cursor, _ header: Header) throws(Problem) -> Int {
        let listCount = try cursor.size()
        try cursor.skip(8)  // the lists that a search looks through, which callers choose
        guard try cursor.code() == "IxFI" else {
            throw Problem(reason: "its lists are not found by centroids")
        }
        let centroids = try Header(&cursor)
        guard centroids.count == listCount && centroids.dimension == header.dimension else {
            throw Problem(
                reason: "\(centroids.count) centroids of \(centroids.dimension) numbers for "
                    + "\(listCount) lists of keys of \(header.dimension)")
        }
        _ = try flatKeys(&cursor, centroids)
        guard try cursor.integer(UInt8.self) == 0, try cursor.size() == 0 else {
            throw Problem(reason: "it maps keys to lists, which this program does not write")
        }
        guard try cursor.code() == "ilar", try cursor.size() == listCount,
            try cursor.size() == 4 * header.dimension
        else { throw Problem(reason: "its lists do not fit its header") }
        let total = try listSizes(&cursor, listCount: listCount)
        guard total == header.count else {
            throw Problem(reason: "\(total) keys in its lists, \(header.count) in its header")
        }
        try cursor.skip(total, each: 4 * header.dimension + 8)
        return listCount
    }

    private static func listSizes(
        _ cursor: inout Cursor, listCount: Int
    ) throws(Problem) -> Int {
        let form = try cursor.code()
        let length = try cursor.size()
        let isSparse = form == "sprs"
        guard
            isSparse
                ? length % 2 == 0 && length / 2 <= listCount
                : form == "full" && length == listCount
        else { throw Problem(reason: "\(length) sizes for \(listCount) lists") }
        var (total, lastList) = (0, -1)
        for _ in 0..<(isSparse ? length / 2 : length) {
            if isSparse {
                let list = try cursor.size()
                guard list > lastList && list < listCount else {
                    throw Problem(reason: "list \(list) of \(listCount)")
                }
                lastList = list
            }
            let (sum, overflows) = total.addingReportingOverflow(try cursor.size())
            guard !overflows else { throw Problem(reason: "the sizes of its lists are no sizes") }
            total = sum
        }
        return total
    }

    /// A position in bytes that never leaves them.
    private struct Cursor {
        let bytes: UnsafeRawBufferPointer
        var position = 0

        mutating func skip(_ count: Int, each size: Int = 1) throws(Problem) {
            let (length, overflows) = count.multipliedReportingOverflow(by: size)
            guard !overflows && length <= bytes.count - position else {
                throw Problem(reason: "it is cut short")
            }
            position += length
        }

        mutating func integer<Number: FixedWidthInteger>(
            _ type: Number.Type
        ) throws(Problem) -> Number {
            let start = position
            try skip(MemoryLayout<Number>.size)
            return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: type))
        }

        mutating func code() throws(Problem) -> String {
            let start = position
            try skip(4)
            return String(decoding: bytes[start..<start + 4], as: UTF8.self)
        }

        mutating func size() throws(Problem) -> Int {
            guard let size = Int(exactly: try integer(UInt64.self)) else {
                throw Problem(reason: "a size in it is no size")
            }
            return size
        }
    }
}
