import Foundation

@testable import ModelStore

/// A folder of its own for one test, removed with the value.
final class TemporaryModels {
    let root: URL

    init() throws {
        root = FileManager.default.temporaryDirectory
            .appending(path: "promptscaler-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    /// Writes a model whose manifest is right; `change` may spoil the manifest before it is saved.
    @discardableResult
    func write(
        _ name: String, family: String = "promptsr", scale: Int? = 4, weights: String = "weights",
        under root: URL? = nil, change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> URL {
        let folder = (root ?? self.root).appending(path: "Models/\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let contents = ["configuration.json": "{}", "weights.safetensors": weights]
        var files: [[String: Any]] = []
        var digests: [String: String] = [:]
        for (file, text) in contents.sorted(by: { $0.key < $1.key }) {
            let data = Data(text.utf8)
            try data.write(to: folder.appending(path: file))
            digests[file] = Digest.sha256(data)
            files.append(["name": file, "bytes": data.count, "sha256": digests[file] ?? ""])
        }
        let lines = ["configuration.json", "weights.safetensors"]
            .map { (digests[$0] ?? "") + "\n" }.joined()
        var manifest: [String: Any] = [
            "format_version": 1, "name": name, "family": family, "architecture": "promptsr",
            "licence": "Apache-2.0", "files": files,
            "fingerprint": Digest.sha256(Data(lines.utf8)) ?? "",
        ]
        if let scale { manifest["scale"] = scale }
        change(&manifest)
        try JSONSerialization.data(withJSONObject: manifest)
            .write(to: folder.appending(path: "manifest.json"))
        return folder
    }
}
