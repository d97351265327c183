import Foundation

/// Reading and writing whole files, with errors that people understand.
enum FileAccess {
    static func contents(of url: URL) throws(ImageError) -> Data {
        try contents(of: url) { try Data(contentsOf: url) }
    }

    /// A file that must be small, whatever it says about its size.
    static func contents(of url: URL, limit: Int) throws(ImageError) -> Data {
        let data = try contents(of: url) {
            let handle = try FileHandle(forReadingFrom: url)
            defer { try? handle.close() }
            var data = Data()
            while data.count <= limit,
                let part = try handle.read(upToCount: limit + 1 - data.count), !part.isEmpty
            {
                data += part
            }
            return data
        }
        guard data.count <= limit else {
            throw .unreadable(
                file: url.lastPathComponent, reason: "it has more than \(limit) bytes")
        }
        return data
    }

    private static func contents(
        of url: URL, read: () throws -> Data
    ) throws(ImageError) -> Data {
        let file = url.lastPathComponent
        var status = stat()
        guard stat(url.path, &status) == 0 else { throw readError(errno, file: file) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .folder(file: file) }
        guard access(url.path, R_OK) == 0 else { throw readError(errno, file: file) }
        do {
            return try read()
        } catch {
            throw .unreadable(file: file, reason: (error as NSError).localizedDescription)
        }
    }

    /// Puts a file into place whole or not at all.
    static func replace(_ url: URL, with data: Data) throws(ImageError) {
        let file = url.lastPathComponent
        let folder = url.deletingLastPathComponent()
        let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let temporary = folder.appendingPathComponent(".promptscaler-\(suffix).part").path

        // O_EXCL: never write through somebody else's file or link.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw writeError(errno, file: file) }
        var failure = write(data, to: descriptor)
        if failure == 0, fsync(descriptor) != 0 { failure = errno }
        if close(descriptor) != 0, failure == 0 { failure = errno }
        if failure == 0, rename(temporary, url.path) != 0 { failure = errno }
        guard failure == 0 else {
            unlink(temporary)
            throw writeError(failure, file: file)
        }
    }

    /// Writes all bytes; returns 0 or the system's error number.
    private static func write(_ data: Data, to descriptor: Int32) -> Int32 {
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

    private static func readError(_ code: Int32, file: String) -> ImageError {
        switch code {
        case ENOENT, ENOTDIR: .missing(file: file)
        case EACCES, EPERM: .notPermitted(file: file)
        default: .unreadable(file: file, reason: String(cString: strerror(code)))
        }
    }

    private static func writeError(_ code: Int32, file: String) -> ImageError {
        switch code {
        case EISDIR: .folder(file: file)
        case EACCES, EPERM: .notPermitted(file: file)
        case ENOENT, ENOTDIR: .unwritable(file: file, reason: "the folder does not exist")
        default: .unwritable(file: file, reason: String(cString: strerror(code)))
        }
    }
}
