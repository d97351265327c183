public import Foundation
internal import Imaging

/// The pictures in folders.
public enum FolderListing {
    /// Paths of the pictures below a folder, relative to it and sorted.
    ///
    /// Folders are searched in depth; hidden files, and files without the extension of a known
    /// format, are passed over.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - output: A folder that is passed over with all that is in it, unless it is `folder`.
    /// - Returns: The paths; none when the folder cannot be read.
    public static func pictures(below folder: URL, except output: URL? = nil) -> [String] {
        guard
            let enumerator = FileManager.default.enumerator(
                at: folder, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
        else { return [] }
        let root = folder.resolvingSymlinksInPath().path
        let outputPath = output?.resolvingSymlinksInPath().path
        var found: [String] = []
        for case let file as URL in enumerator {
            let path = file.resolvingSymlinksInPath().path
            if path == outputPath, path != root {
                enumerator.skipDescendants()
                continue
            }
            guard ImageFormat(fileExtension: file.pathExtension) != nil, !isFolder(file.path) else {
                continue
            }
            found.append(file.pathComponents.suffix(enumerator.level).joined(separator: "/"))
        }
        return found.sorted()
    }

    /// Whether a folder of this name exists.
    ///
    /// - Parameter path: The name.
    /// - Returns: False also for files.
    public static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }
}
