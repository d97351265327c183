internal import Foundation
internal import ModelStore

/// The manifest of a small model whose other files are there already.
enum TinyManifest {
    /// Writes `manifest.json`; the model is named as the folder.
    static func write(_ folder: URL, architecture: String) throws {
        let name = folder.lastPathComponent
        var (files, lines) = ([[String: Any]](), "")
        for file in ["configuration.json", "weights.safetensors"] {
            let data = try Data(contentsOf: folder.appending(path: file))
            let digest = Digest.sha256(data) ?? ""
            files.append(["name": file, "bytes": data.count, "sha256": digest])
            lines += digest + "\n"
        }
        let manifest: [String: Any] = [
            "format_version": 1, "name": name, "family": name, "architecture": architecture,
            "licence": "Apache-2.0", "files": files,
            "fingerprint": Digest.sha256(Data(lines.utf8)) ?? "",
        ]
        try JSONSerialization.data(withJSONObject: manifest)
            .write(to: folder.appending(path: "manifest.json"))
    }
}
