public import Foundation

/// What a model folder holds, as its `manifest.json` says.
///
/// The format is described in `Documentation/ModelFolders.md`.
public struct ModelManifest: Codable, Equatable, Sendable {
    /// A file of the model.
    public struct File: Codable, Equatable, Sendable {
        /// Its name inside the model folder, without any folder.
        public let name: String
        /// Its size in bytes.
        public let bytes: Int
        /// Its SHA-256 as 64 lower-case hexadecimal digits.
        public let sha256: String
    }

    /// The version of the manifest format that this code writes about and reads.
    public static let currentFormatVersion = 1

    /// The version of the manifest's own format.
    public let formatVersion: Int
    /// The model's name, equal to its folder's name, such as "promptsr-x4".
    public let name: String
    /// The name shared by the same model at other scales, such as "promptsr".
    public let family: String
    /// Which network reads the weights, such as "promptsr".
    public let architecture: String
    /// How many times larger the output is; nil for networks that keep the size.
    public let scale: Int?
    /// SPDX identifier of the licence of the weights.
    public let licence: String
    /// The identity of configuration and weights; see ``computedFingerprint``.
    public let fingerprint: String
    /// Every file of the model but the manifest itself.
    public let files: [File]

    enum CodingKeys: String, CodingKey {
        case formatVersion = "format_version"
        case name, family, architecture, scale, licence, fingerprint, files
    }

    /// Name of the file with the network's configuration.
    public static let configurationFile = "configuration.json"
    /// Name of the file with the network's weights.
    public static let weightsFile = "weights.safetensors"

    /// The fingerprint that belongs to the files listed, or nil when one of the two is not listed.
    ///
    /// It is the SHA-256 of two lines: the checksum of the configuration and that of the weights,
    /// each followed by a line feed.
    ///
    /// Two folders have the same fingerprint exactly when they hold the same network, whatever
    /// their model cards say.
    public var computedFingerprint: String? {
        guard let configuration = file(named: Self.configurationFile),
            let weights = file(named: Self.weightsFile)
        else { return nil }
        return Digest.sha256(Data("\(configuration.sha256)\n\(weights.sha256)\n".utf8))
    }

    /// The entry of one file.
    ///
    /// - Parameter name: The file's name inside the folder.
    /// - Returns: The entry, or nil when the manifest does not list the file.
    public func file(named name: String) -> File? { files.first { $0.name == name } }

    /// Reads a manifest and checks everything that can be checked without the other files.
    ///
    /// - Parameters:
    ///   - data: The bytes of `manifest.json`.
    ///   - folderName: The name of the folder it lies in, which must be the model's name.
    /// - Returns: The manifest; its files may still be missing or damaged.
    /// - Throws: ``ModelError/badManifest(model:reason:)`` or
    ///   ``ModelError/laterFormat(model:version:newestKnown:)``.
    public static func decode(_ data: Data, folderName: String) throws(ModelError) -> ModelManifest
    {
        struct Version: Decodable { let format_version: Int }
        let decoder = JSONDecoder()
        // The version first: a later format may lack any other key.
        if let version = try? decoder.decode(Version.self, from: data).format_version,
            version > currentFormatVersion
        {
            throw .laterFormat(
                model: folderName, version: version, newestKnown: currentFormatVersion)
        }
        let manifest: ModelManifest
        do {
            manifest = try decoder.decode(ModelManifest.self, from: data)
        } catch {
            throw .badManifest(model: folderName, reason: describe(error))
        }
        if let problem = manifest.problem(folderName: folderName) {
            throw .badManifest(model: folderName, reason: problem)
        }
        return manifest
    }

    /// The first contradiction inside the manifest, or nil.
    private func problem(folderName: String) -> String? {
        if name != folderName {
            return "it names the model '\(name)' but lies in the folder '\(folderName)'"
        }
        if formatVersion < 1 { return "format_version is \(formatVersion)" }
        if let scale, scale < 1 { return "scale is \(scale)" }
        if Set(files.map(\.name)).count != files.count { return "a file is listed twice" }
        for file in files {
            // A name with a folder in it could reach outside the model.
            if file.name.isEmpty || file.name.contains("/") || file.name.hasPrefix(".") {
                return "'\(file.name)' is not the name of a file in this folder"
            }
            if file.bytes < 0 { return "\(file.name) has \(file.bytes) bytes" }
            if file.sha256.count != 64 || !file.sha256.allSatisfy("0123456789abcdef".contains) {
                return "the sha256 of \(file.name) is not 64 lower-case hexadecimal digits"
            }
        }
        for required in [Self.configurationFile, Self.weightsFile]
        where file(named: required) == nil {
            return "\(required) is not listed"
        }
        if computedFingerprint != fingerprint {
            return "the fingerprint does not belong to the files listed"
        }
        return nil
    }

    private static func describe(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type"
        default: "it is not JSON"
        }
    }
}
