internal import Foundation

/// Writing files so that they are whole under their name, or not there.
enum DurableFile {
    /// Writes bytes to a file beside the final one, brings them to the disk, and renames.
    ///
    /// - Throws: ``MemoryError/unwritable(file:reason:)``.
    static func write(_ data: Data, to url: URL) throws(MemoryError) {
        let part = url.deletingLastPathComponent()
            .appending(path: "." + url.lastPathComponent + ".part")
        let descriptor = open(part.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .unwritable(url) }
        var failure = writeAll(data, to: descriptor)
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        if close(descriptor) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(part.path, url.path) != 0 { failure = errno }
        guard failure == 0 else {
            unlink(part.path)
            throw .unwritable(url, code: failure)
        }
        try synchronizeFolder(url.deletingLastPathComponent())
    }

    /// Brings a file's bytes, or a folder's names, to the disk.
    static func synchronize(_ url: URL) throws(MemoryError) {
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(url) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unwritable(url) }
    }

    /// Brings a folder's names to the disk, where the file system can.
    static func synchronizeFolder(_ url: URL) throws(MemoryError) {
        let descriptor = open(url.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(url) }
        defer { close(descriptor) }
        // Network file systems that cannot say EINVAL; the names are safe there all the same.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw .unwritable(url) }
    }

    /// Writes all bytes; returns 0 or the system's error number.
    static func writeAll(_ data: Data, to descriptor: Int32) -> Int32 {
        data.withUnsafeBytes { raw in
            var rest = raw[...]
            while !rest.isEmpty {
                let written = Foundation.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = rest.dropFirst(written)
            }
            return 0
        }
    }
}
