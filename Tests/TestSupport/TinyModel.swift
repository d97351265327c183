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
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "PromptSRTests/Fixtures")
        let folder = root.appending(path: "Models/tiny-x2")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var files: [[String: Any]] = []
        var lines = ""
        for (fixture, name) in [
            ("tiny.configuration.json", "configuration.json"),
            ("tiny.weights.safetensors", "weights.safetensors"),
        ] {
            var data = try Data(contentsOf: fixtures.appending(path: fixture))
            if name == "configuration.json" {
                data = Data(configure(String(decoding: data, as: UTF8.self)).utf8)
            }
            try data.write(to: folder.appending(path: name))
            let digest = Digest.sha256(data) ?? ""
            files.append(["name": name, "bytes": data.count, "sha256": digest])
            lines += digest + "\n"
        }
        let manifest: [String: Any] = [
            "format_version": 1, "name": "tiny-x2", "family": family, "architecture": architecture,
            "scale": 2, "licence": "Apache-2.0", "files": files,
            "fingerprint": Digest.sha256(Data(lines.utf8)) ?? "",
        ]
        try JSONSerialization.data(withJSONObject: manifest)
            .write(to: folder.appending(path: "manifest.json"))
        return folder
    }
}
