public import Foundation
internal import ModelStore

/// A model folder around the tiny ×2 network that PromptSRTests has as a fixture.
public enum TinyModel {
    /// The name and family of the model.
    public static let family = "tiny"

    /// Writes `Models/tiny-x2` below a folder, as the training's exporter would.
    ///
    /// - Parameters:
    ///   - root: The folder to be searched for `Models`.
    ///   - architecture: What the manifest says reads the weights.
    ///   - configure: May change the text of `configuration.json`.
    /// - Returns: The model's folder.
    /// - Throws: What writing the files throws.
    @discardableResult
    public static func write(
        below root: URL, architecture: String = "promptsr",
        configure: (String) -> String = { $0 }
    ) throws -> URL {
        try write(
            below: root, name: "tiny-x2", family: family, architecture: architecture, scale: 2,
            fixtures: "PromptSRTests/Fixtures", configure: configure)
    }

    /// Writes `Models/tiny-autoencoder` below a folder, around the network that AutoencodingTests
    /// has as a fixture.
    ///
    /// - Parameters:
    ///   - root: The folder to be searched for `Models`.
    ///   - name: Another name for it.
    /// - Returns: The model's folder.
    /// - Throws: What writing the files throws.
    @discardableResult
    public static func writeAutoencoder(
        below root: URL, name: String = "tiny-autoencoder"
    ) throws -> URL {
        try write(
            below: root, name: name, family: name,
            architecture: "autoencoder", scale: nil, fixtures: "AutoencodingTests/Fixtures",
            configure: { $0 })
    }

    private static func write(
        below root: URL, name: String, family: String, architecture: String, scale: Int?,
        fixtures: String, configure: (String) -> String
    ) throws -> URL {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: fixtures)
        let folder = root.appending(path: "Models/\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var files: [[String: Any]] = []
        var lines = ""
        for (fixture, file) in [
            ("tiny.configuration.json", "configuration.json"),
            ("tiny.weights.safetensors", "weights.safetensors"),
        ] {
            var data = try Data(contentsOf: fixtures.appending(path: fixture))
            if file == "configuration.json" {
                data = Data(configure(String(decoding: data, as: UTF8.self)).utf8)
            }
            try data.write(to: folder.appending(path: file))
            let digest = Digest.sha256(data) ?? ""
            files.append(["name": file, "bytes": data.count, "sha256": digest])
            lines += digest + "\n"
        }
        var manifest: [String: Any] = [
            "format_version": 1, "name": name, "family": family, "architecture": architecture,
            "licence": "Apache-2.0", "files": files,
            "fingerprint": Digest.sha256(Data(lines.utf8)) ?? "",
        ]
        manifest["scale"] = scale
        try JSONSerialization.data(withJSONObject: manifest)
            .write(to: folder.appending(path: "manifest.json"))
        return folder
    }
}
