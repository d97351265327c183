public import Foundation

/// One model on disk: a folder with a manifest that has been read and is consistent.
public struct ModelFolder: Sendable {
    /// Where the model lies.
    public let url: URL
    /// What the folder should hold.
    public let manifest: ModelManifest

    /// Opens a model folder; the files other than the manifest are not looked at yet.
    ///
    /// - Parameter url: The folder that holds `manifest.json`.
    /// - Throws: ``ModelError`` when the manifest is missing or wrong.
    public init(at url: URL) throws(ModelError) {
        let folder = url.standardizedFileURL
        let name = folder.lastPathComponent
        guard let data = try? Data(contentsOf: folder.appendingPathComponent(Self.manifestFile))
        else { throw .missingFile(model: name, file: Self.manifestFile) }
        self.url = folder
        manifest = try ModelManifest.decode(data, folderName: name)
    }

    /// Name of the file that describes the others.
    public static let manifestFile = "manifest.json"

    /// Where the network's configuration lies.
    public var configurationURL: URL { url.appendingPathComponent(ModelManifest.configurationFile) }
    /// Where the network's weights lie.
    public var weightsURL: URL { url.appendingPathComponent(ModelManifest.weightsFile) }

    /// Compares every file with the manifest: size first, then SHA-256.
    ///
    /// Nothing is remembered between calls. Twenty megabytes take some hundredths of a second.
    ///
    /// - Throws: ``ModelError/missingFile(model:file:)`` or
    ///   ``ModelError/damaged(model:file:reason:)`` for the first file that differs.
    public func verify() throws(ModelError) {
        for file in manifest.files {
            let location = url.appendingPathComponent(file.name)
            guard let data = try? Data(contentsOf: location, options: .alwaysMapped) else {
                throw .missingFile(model: manifest.name, file: file.name)
            }
            if data.count != file.bytes {
                throw .damaged(
                    model: manifest.name, file: file.name,
                    reason: "it has \(data.count) bytes, not \(file.bytes)")
            }
            if Digest.sha256(data) != file.sha256 {
                throw .damaged(
                    model: manifest.name, file: file.name,
                    reason: "its SHA-256 is not the one in the manifest")
            }
        }
    }
}
