internal import Foundation
internal import ModelStore

/// Records of finished work, one to a line, which outlive the end of the process at any moment.
///
/// Each line starts with eight digits of the SHA-256 of the rest. Reading ends at the first line
/// that is not whole, and what stands there and after it is cut off before anything is appended: a
/// line that was being written counts as never written.
final class Journal<Record: Codable> {
    private let url: URL
    private let handle: FileHandle
    private let encoder = JSONEncoder()

    /// The records that were there when the journal was opened.
    let found: [Record]

    /// Opens a journal, or starts one.
    ///
    /// - Parameter url: The file.
    /// - Throws: ``MemoryError/unreadable(file:reason:)`` or ``MemoryError/unwritable(file:reason:)``.
    init(_ url: URL) throws(MemoryError) {
        self.url = url
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .unwritable(url) }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw .unreadable(file: url.lastPathComponent, reason: error.localizedDescription)
        }
        let (records, length) = Self.read(data)
        found = records
        guard ftruncate(descriptor, off_t(length)) == 0,
            lseek(descriptor, off_t(length), SEEK_SET) == off_t(length)
        else { throw .unwritable(url) }
    }

    /// Adds a record; it is safe after the next ``synchronize()``.
    func append(_ record: Record) throws(MemoryError) {
        do {
            let json = try encoder.encode(record)
            var line = Data(Self.check(json).utf8)
            line.append(UInt8(ascii: " "))
            line.append(json)
            line.append(UInt8(ascii: "\n"))
            try handle.write(contentsOf: line)
        } catch {
            throw .unwritable(file: url.lastPathComponent, reason: "\(error)")
        }
    }

    /// Waits until all records are on the disk.
    func synchronize() throws(MemoryError) {
        guard fsync(handle.fileDescriptor) == 0 else { throw .unwritable(url) }
    }

    /// The records up to the first line that is not whole, and the bytes that they take.
    static func read(_ data: Data) -> (records: [Record], length: Int) {
        let decoder = JSONDecoder()
        var (records, start) = ([Record](), data.startIndex)
        while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = data[start..<end]
            guard line.count > 9, line[line.startIndex + 8] == UInt8(ascii: " ") else { break }
            let json = Data(line.dropFirst(9))
            guard Data(check(json).utf8) == Data(line.prefix(8)),
                let record = try? decoder.decode(Record.self, from: json)
            else { break }
            records.append(record)
            start = end + 1
        }
        return (records, start - data.startIndex)
    }

    private static func check(_ json: Data) -> String {
        String((Digest.sha256(json) ?? "").prefix(8))
    }
}

extension MemoryError {
    /// What the system has just said about writing a file.
    static func unwritable(_ url: URL, code: Int32 = errno) -> MemoryError {
        .unwritable(file: url.lastPathComponent, reason: String(cString: strerror(code)))
    }
}
