internal import Foundation
internal import Upscaling

/// The photos that a command line of files and folders means.
struct PhotoList {
    /// One photo.
    struct Photo: Sendable {
        /// Where it is.
        let url: URL
        /// Its path as the user would write it.
        let name: String
        /// Its path below the folder that was named, or its name alone.
        let relativePath: String
    }

    private(set) var photos: [Photo] = []
    /// Inputs that are none, with the reason.
    private(set) var rejected: [(name: String, error: BatchError)] = []
    /// Whether there can be one photo only: one input, and it is a file.
    let isSingle: Bool

    /// Looks at the inputs; folders are searched in depth, hidden files passed over.
    init(_ inputs: [String]) {
        isSingle = inputs.count == 1 && !inputs.contains(where: FolderListing.isFolder)
        var seen = Set<String>()
        for input in inputs {
            for photo in found(input) {
                let path = photo.url.resolvingSymlinksInPath().standardizedFileURL.path
                if seen.insert(path).inserted { photos.append(photo) }
            }
        }
    }

    private mutating func found(_ input: String) -> [Photo] {
        guard FileManager.default.fileExists(atPath: input) else {
            rejected.append((input, .noInput(input)))
            return []
        }
        guard FolderListing.isFolder(input) else {
            let url = URL(filePath: input)
            return [Photo(url: url, name: input, relativePath: url.lastPathComponent)]
        }
        let root = input.hasSuffix("/") ? input : input + "/"
        let pictures = FolderListing.pictures(below: URL(filePath: input))
        if pictures.isEmpty { rejected.append((input, .emptyFolder(input))) }
        return pictures.map { name in
            Photo(url: URL(filePath: root + name), name: root + name, relativePath: name)
        }
    }
}
