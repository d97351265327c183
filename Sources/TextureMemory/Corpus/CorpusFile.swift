internal import Foundation
internal import Imaging

/// One file of a corpus.
struct CorpusFile: Equatable {
    /// Its path below the folder that was named, or its name.
    let name: String
    let url: URL
    let bytes: Int
    /// When it was last changed, in nanoseconds, to know it again.
    let modification: Int
}

/// The files of a corpus, in the order of their names.
enum CorpusListing {
    /// Lists files, and pictures in folders at any depth; hidden files are passed over.
    ///
    /// A file that is reached twice is listed once.
    ///
    /// - Parameter inputs: Files and folders as the user wrote them.
    /// - Returns: The files.
    /// - Throws: ``MemoryError/missing(file:)`` when an input does not exist.
    static func files(_ inputs: [String]) throws(MemoryError) -> [CorpusFile] {
        var found: [CorpusFile] = []
        var seen = Set<String>()
        for input in inputs {
            let root = URL(filePath: input)
            guard let isFolder = isFolder(root) else {
                throw .missing(file: input)
            }
            let names = isFolder ? pictures(below: root) : [root.lastPathComponent]
            for name in names {
                let url = isFolder ? root.appending(path: name) : root
                let place = url.resolvingSymlinksInPath().path
                guard seen.insert(place).inserted, let file = file(name, url) else { continue }
                found.append(file)
            }
        }
        return found.sorted { ($0.name, $0.url.path) < ($1.name, $1.url.path) }
    }

    private static func file(_ name: String, _ url: URL) -> CorpusFile? {
        var status = stat()
        guard stat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return CorpusFile(
            name: name, url: url, bytes: Int(status.st_size),
            modification: status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec)
    }

    /// Paths of the pictures below a folder, relative to it.
    private static func pictures(below folder: URL) -> [String] {
        guard
            let enumerator = FileManager.default.enumerator(
                at: folder, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
        else { return [] }
        var names: [String] = []
        for case let file as URL in enumerator
        where ImageFormat(fileExtension: file.pathExtension) != nil && isFolder(file) == false {
            names.append(file.pathComponents.suffix(enumerator.level).joined(separator: "/"))
        }
        return names
    }

    private static func isFolder(_ url: URL) -> Bool? {
        var status = stat()
        guard stat(url.path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT == S_IFDIR
    }
}
