public import Foundation
internal import ModelStore

/// What has been sampled of a photo, on disk, so that a run that was killed goes on where it was.
///
/// The file begins with 64 hexadecimal digits that name the work; a journal of other work is begun
/// anew. A record for each batch follows: its number and the count of its numbers, both 32 bits, the
/// numbers, and the first 16 digits of the SHA-256 of all that. What a kill has left unfinished at the end is
/// cut off. All numbers are little-endian.
public final class SamplingJournal {
    private let url: URL
    private let data: Data
    private let handle: FileHandle

    /// Where the numbers of each batch lie in `data`.
    private let places: [Int: Range<Int>]

    private static let nameLength = 64
    private static let headLength = 8
    private static let sumLength = 16

    /// Opens the journal of some work, or begins one.
    ///
    /// - Parameters:
    ///   - url: The file.
    ///   - work: Describes all that the numbers depend on.
    /// - Throws: What the file system says.
    public init(_ url: URL, work: Data) throws {
        let name = Data((Digest.sha256(work) ?? "").utf8)
        let found = (try? Data(contentsOf: url)) ?? Data()
        if found.starts(with: name), !name.isEmpty {
            let (places, end) = Self.records(in: found)
            (self.places, data) = (places, found)
            handle = try FileHandle(forUpdating: url)
            try handle.truncate(atOffset: UInt64(end))
            try handle.seek(toOffset: UInt64(end))
        } else {
            try name.write(to: url)
            (places, data) = ([:], Data())
            handle = try FileHandle(forUpdating: url)
            try handle.seekToEnd()
        }
        self.url = url
    }

    /// The batches that earlier runs have done.
    public var known: Set<Int> { Set(places.keys) }

    /// The numbers of a batch that an earlier run has done.
    ///
    /// - Parameter batch: Which.
    /// - Returns: The numbers, or nil when it was not done.
    func numbers(of batch: Int) -> [Float]? {
        guard let place = places[batch] else { return nil }
        return stride(from: place.lowerBound, to: place.upperBound, by: 4).map {
            Float(bitPattern: Self.word(in: data, at: $0))
        }
    }

    /// Adds the numbers of a batch.
    ///
    /// - Parameters:
    ///   - numbers: The numbers.
    ///   - batch: Which batch.
    /// - Throws: What the file system says.
    func add(_ numbers: [Float], of batch: Int) throws {
        var record = Data(capacity: Self.headLength + 4 * numbers.count + Self.sumLength)
        for value in [UInt32(batch), UInt32(numbers.count)] + numbers.map(\.bitPattern) {
            withUnsafeBytes(of: value.littleEndian) { record.append(contentsOf: $0) }
        }
        record.append(Self.sum(record))
        try handle.write(contentsOf: record)
    }

    /// Removes the file: the work is done.
    ///
    /// - Throws: What the file system says.
    public func remove() throws {
        try handle.close()
        try FileManager.default.removeItem(at: url)
    }

    /// All whole records, and where they end.
    private static func records(in data: Data) -> (places: [Int: Range<Int>], end: Int) {
        var (places, start) = ([Int: Range<Int>](), nameLength)
        while start + headLength <= data.count {
            let (batch, count) = (word(in: data, at: start), word(in: data, at: start + 4))
            let numbers = start + headLength..<start + headLength + 4 * Int(count)
            let end = numbers.upperBound + sumLength
            guard end <= data.count,
                sum(data[start..<numbers.upperBound]) == data[numbers.upperBound..<end]
            else { break }
            places[Int(batch)] = numbers
            start = end
        }
        return (places, start)
    }

    private static func word(in data: Data, at offset: Int) -> UInt32 {
        data.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
    }

    private static func sum(_ record: Data) -> Data {
        Data((Digest.sha256(Data(record)) ?? "").utf8.prefix(sumLength))
    }
}
