public import Foundation
internal import Tensors

/// A model folder around the tiny texture classifier that TextureMemoryTests has as a fixture, with
/// a first layer for the latents of ``TinyModel``'s autoencoder.
public enum TinyClassifier {
    /// The name of the model.
    public static let name = "tiny-classifier"

    /// Writes `Models/tiny-classifier` below a folder.
    ///
    /// - Parameters:
    ///   - root: The folder to be searched for `Models`.
    ///   - seed: Which random numbers the first layer has.
    ///   - name: Another name for it.
    /// - Throws: What writing the files throws.
    public static func write(
        below root: URL, seed: UInt64 = 1, name: String = name
    ) throws {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "TextureMemoryTests/Fixtures")
        let folder = root.appending(path: "Models/\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)

        let configuration = try Data(
            contentsOf: fixtures.appending(path: "tiny-classifier.configuration.json"))
        var settings =
            try JSONSerialization.jsonObject(with: configuration) as? [String: Any] ?? [:]
        settings["latent_channels"] = 5
        settings["autoencoder"] = ""
        try JSONSerialization.data(withJSONObject: settings, options: .sortedKeys)
            .write(to: folder.appending(path: "configuration.json"))

        let fixture = try SafetensorsFile(
            fixtures.appending(path: "tiny-classifier.weights.safetensors"))
        var writer = SafetensorsWriter()
        for tensor in fixture.names {
            var shape = fixture.shape(of: tensor) ?? []
            var values = try fixture.floats(tensor)
            if tensor == "head.weight" {
                shape = [shape[0], 5, shape[2], shape[3]]
                var random = SplitMix(seed: seed)
                values = random.floats(shape.count, in: -0.2...0.2)
            }
            writer.add(tensor, shape, values)
        }
        try writer.write(to: folder.appending(path: "weights.safetensors"))
        try TinyManifest.write(folder, architecture: "texture-classifier")
    }
}
