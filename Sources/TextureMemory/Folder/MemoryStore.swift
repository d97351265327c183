public import Foundation

/// The memories on this machine, looked for in a list of folders.
///
/// A root is a folder that holds `Memory`, which holds one folder for each memory; the roots are
/// those of `ModelStore`. When two roots have a memory of one name, the earlier root wins.
public struct MemoryStore: Sendable {
    /// The folders that may hold `Memory`, first choice first.
    public let roots: [URL]

    /// A store over some roots; folders that do not exist are passed over.
    ///
    /// - Parameter roots: See ``roots``.
    public init(roots: [URL]) {
        self.roots = roots
    }

    /// The folders that are searched: `Memory` in each root.
    public var searchedFolders: [URL] { roots.map { $0.appending(path: "Memory") } }

    /// Finds a memory.
    ///
    /// - Parameter name: A name such as "natural", or the path of a folder: with a slash in it, or
    ///   of a folder in the working folder that holds a memory.
    /// - Returns: The folder, not opened yet.
    /// - Throws: ``MemoryError/notFound(name:searched:available:)``.
    public func folder(named name: String) throws(MemoryError) -> URL {
        if name.contains("/") || name == "." || name == ".." { return URL(filePath: name) }
        if Self.holdsManifest(URL(filePath: name)) { return URL(filePath: name) }
        for folder in searchedFolders {
            let candidate = folder.appending(path: name)
            if Self.holdsManifest(candidate) { return candidate }
        }
        throw .notFound(
            name: name, searched: searchedFolders.map(\.path), available: names())
    }

    /// The names of the memories that are found, sorted.
    ///
    /// - Returns: Each name once.
    public func names() -> [String] {
        var names = Set<String>()
        for folder in searchedFolders {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            where !name.hasPrefix(".") && Self.holdsManifest(folder.appending(path: name)) {
                names.insert(name)
            }
        }
        return names.sorted()
    }

    private static func holdsManifest(_ folder: URL) -> Bool {
        FileManager.default.fileExists(
            atPath: folder.appending(path: MemoryManifest.fileName).path)
    }
}
