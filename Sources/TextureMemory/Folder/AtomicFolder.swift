internal import CFolders
internal import Foundation

/// Puts a whole folder into place in one step: whoever looks finds the old one or the new one.
///
/// The new folder is written beside the final name, as `.NAME.new`, and locked meanwhile. Every file
/// is brought to the disk. Then
///
/// * where there was nothing, the folder is renamed;
/// * where there was a folder, the two change places (`renameat2` with `RENAME_EXCHANGE`) and the
///   old one is removed. Where the file system cannot exchange, the old one is renamed to
///   `.NAME.old` first: between two renames nothing has the name, and the next write or
///   ``recover(_:)`` brings the old one back if the process ended just there.
///
/// A process killed at any moment leaves at most a `.NAME.new` or `.NAME.old`, which the next write
/// removes. Open memories stay whole: their files live on until they are closed.
struct AtomicFolder {
    /// The folder's final place, symbolic links resolved.
    let destination: URL
    /// Where the files are written.
    let temporary: URL
    private let lock: FolderLock

    /// Makes the temporary folder.
    ///
    /// - Parameter url: The folder's final place.
    /// - Throws: ``MemoryError/inUse(_:)`` or ``MemoryError/unwritable(file:reason:)``.
    init(_ url: URL) throws(MemoryError) {
        destination = url.resolvingSymlinksInPath().standardizedFileURL
        temporary = Self.sibling(destination, "new")
        try Self.recover(destination)
        if mkdir(temporary.path, 0o777) != 0 && errno != EEXIST { throw .unwritable(destination) }
        lock = try FolderLock(temporary, name: destination.lastPathComponent)
        // What an earlier process left, which no longer holds the lock.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? [] {
            try? FileManager.default.removeItem(at: temporary.appending(path: name))
        }
    }

    /// Gives the folder its name.
    ///
    /// - Parameter replaces: Whether a folder that is there may be replaced.
    /// - Throws: ``MemoryError/outputExists(_:)`` or ``MemoryError/unwritable(file:reason:)``.
    func commit(replaces: Bool) throws(MemoryError) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? [] {
            try DurableFile.synchronize(temporary.appending(path: name))
        }
        try DurableFile.synchronizeFolder(temporary)
        if rename(temporary.path, destination.path) != 0 {
            let code = errno
            guard code == ENOTEMPTY || code == EEXIST || code == ENOTDIR else {
                throw .unwritable(destination, code: code)
            }
            guard replaces, code != ENOTDIR else {
                throw .outputExists(destination.lastPathComponent)
            }
            try exchange()
        }
        try DurableFile.synchronizeFolder(destination.deletingLastPathComponent())
    }

    /// Removes the temporary folder after a failure.
    func discard() { try? FileManager.default.removeItem(at: temporary) }

    private func exchange() throws(MemoryError) {
        let code = ps_exchange(temporary.path, destination.path)
        if code == 0 {
            try DurableFile.synchronizeFolder(destination.deletingLastPathComponent())
            try? FileManager.default.removeItem(at: temporary)
            return
        }
        guard code == EINVAL || code == ENOSYS || code == ENOTSUP else {
            throw .unwritable(destination, code: code)
        }
        try exchangeInTwoSteps()
    }

    /// The way for file systems that cannot exchange.
    func exchangeInTwoSteps() throws(MemoryError) {
        let old = Self.sibling(destination, "old")
        try? FileManager.default.removeItem(at: old)
        guard rename(destination.path, old.path) == 0 else { throw .unwritable(destination) }
        guard rename(temporary.path, destination.path) == 0 else {
            let code = errno
            rename(old.path, destination.path)
            throw .unwritable(destination, code: code)
        }
        try DurableFile.synchronizeFolder(destination.deletingLastPathComponent())
        try? FileManager.default.removeItem(at: old)
    }

    /// Brings the old folder back when a process ended between two renames.
    ///
    /// - Parameter destination: The folder's final place.
    /// - Throws: ``MemoryError/unwritable(file:reason:)``.
    static func recover(_ destination: URL) throws(MemoryError) {
        let old = sibling(destination, "old")
        guard access(old.path, F_OK) == 0 else { return }
        if access(destination.path, F_OK) == 0 {
            try? FileManager.default.removeItem(at: old)
        } else if rename(old.path, destination.path) != 0 {
            throw .unwritable(destination)
        }
    }

    private static func sibling(_ url: URL, _ ending: String) -> URL {
        url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).\(ending)")
    }
}

/// A lock on a folder, as long as the value lives; the system gives it up when a process ends.
final class FolderLock {
    private let descriptor: Int32

    init(_ url: URL, name: String) throws(MemoryError) {
        let descriptor = open(url.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(url) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(name)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
