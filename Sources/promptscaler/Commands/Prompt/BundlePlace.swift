internal import Foundation
internal import Imaging
internal import SemanticPrompts
internal import Upscaling

/// Where bundles are written, and found again.
struct BundlePlace: Sendable {
    private let path: String
    private let isFile: Bool
    private let overwrites: Bool

    /// - Parameters:
    ///   - path: A file for a single photo, otherwise a folder.
    ///   - isSingle: Whether there is one photo.
    ///   - overwrites: Whether bundles that are there are made again.
    init(_ path: String, isSingle: Bool, overwrites: Bool) {
        self.path = path
        isFile = isSingle && !path.hasSuffix("/") && !FolderListing.isFolder(path)
        self.overwrites = overwrites
    }

    /// The bundle's file.
    func file(_ photo: PhotoList.Photo) -> URL {
        isFile
            ? URL(filePath: path)
            : URL(filePath: path).appending(path: photo.relativePath + ".prompt.json")
    }

    /// A bundle that is there already, as somebody may have edited it.
    ///
    /// - Returns: Nil when there is none, or it is to be made again.
    /// - Throws: ``PromptError/badBundle(file:reason:)`` also when it is about another photo.
    func existing(_ photo: PhotoList.Photo, sha256: String) throws -> PromptBundle? {
        let file = file(photo)
        guard !overwrites, FileManager.default.fileExists(atPath: file.path) else { return nil }
        let name = file.lastPathComponent
        let data: Data
        do {
            data = try Data(contentsOf: file)
        } catch {
            throw PromptError.badBundle(file: name, reason: error.localizedDescription)
        }
        let bundle = try PromptBundle(json: data, name: name)
        if let about = bundle.photo, about.sha256 != sha256 {
            throw PromptError.badBundle(
                file: name, reason: "it is about another photo; --overwrite replaces it")
        }
        return bundle
    }

    /// Writes a bundle, whole or not at all.
    func write(_ bundle: PromptBundle, for photo: PhotoList.Photo) throws {
        let file = file(photo)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try ImageFile.write(bundle.file(), to: file)
    }
}
