internal import Foundation
internal import SemanticPrompts
internal import Upscaling

/// Bundles that are there already, by the photos that they are about.
struct BundleShelf: Sendable {
    /// A bundle that names no photo, or the only one that there is.
    private let single: (bundle: PromptBundle, name: String)?
    private let bundles: [String: PromptBundle]

    /// Reads a bundle, or all bundles in a folder.
    ///
    /// - Parameter path: The file or folder.
    /// - Throws: ``PromptError/badBundle(file:reason:)``, also for two bundles about one photo.
    init(_ path: String) throws {
        guard FolderListing.isFolder(path) else {
            let name = (path as NSString).lastPathComponent
            let bundle = try Self.read(URL(filePath: path), name)
            single = (bundle, name)
            bundles = [:]
            return
        }
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        var bundles: [String: PromptBundle] = [:]
        for name in names.sorted() where name.hasSuffix(".prompt.json") {
            let bundle = try Self.read(URL(filePath: path).appending(path: name), name)
            guard let photo = bundle.photo?.sha256 else { continue }
            if let other = bundles[photo], other != bundle {
                throw PromptError.badBundle(
                    file: name, reason: "there is another bundle about the same photo")
            }
            bundles[photo] = bundle
        }
        if bundles.isEmpty {
            throw CommandError(.noInput, "\(path): there are no bundles (.prompt.json) in it")
        }
        single = nil
        self.bundles = bundles
    }

    /// The bundle about a photo.
    ///
    /// - Parameter sha256: The SHA-256 of the photo's file.
    /// - Returns: Nil when none in the folder is about it.
    /// - Throws: ``PromptError/badBundle(file:reason:)`` when the one that was named is about another.
    func bundle(for sha256: String) throws(PromptError) -> PromptBundle? {
        guard let (bundle, name) = single else { return bundles[sha256] }
        if let photo = bundle.photo, photo.sha256 != sha256 {
            throw .badBundle(file: name, reason: "it is about another photo")
        }
        return bundle
    }

    private static func read(_ url: URL, _ name: String) throws -> PromptBundle {
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw CommandError(.noInput, "\(name): there is no such file or folder")
        }
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw PromptError.badBundle(file: name, reason: error.localizedDescription)
        }
        return try PromptBundle(json: data, name: name)
    }
}
