public import Foundation

/// A model folder around the tiny IRPAD that DegradationPromptsTests has as a fixture, and a bank for it.
public enum TinyIRPAD {
    /// The name of the model.
    public static let name = "tiny-irpad"

    /// A bank with the two types that the network knows: blur in three degrees, noise in two.
    public static let bank = """
        {"format_version": 1, "version": "1.0.0", "language": "en", "types": [
          {"name": "blur", "measure": "s", "unit": "pixels", "order": "rising", "cuts": [1, 2.5],
           "degrees": [{"name": "none", "phrases": ["sharp"]},
                       {"name": "light", "phrases": ["soft", "a bit soft"]},
                       {"name": "heavy", "phrases": ["blurred"]}]},
          {"name": "noise", "measure": "q", "unit": "quality", "order": "falling", "cuts": [60],
           "degrees": [{"name": "none", "phrases": ["clean"]},
                       {"name": "heavy", "phrases": ["noisy"]}]}]}
        """

    /// Writes `Models/tiny-irpad` and `Prompts/degradation.json` below a folder.
    ///
    /// - Parameters:
    ///   - root: The folder to be searched for `Models`.
    ///   - model: Another name for the model.
    /// - Throws: What writing the files throws.
    public static func write(below root: URL, name model: String = name) throws {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "DegradationPromptsTests/Fixtures")
        let folder = root.appending(path: "Models/\(model)")
        let prompts = root.appending(path: "Prompts")
        for created in [folder, prompts] {
            try FileManager.default.createDirectory(at: created, withIntermediateDirectories: true)
        }
        for file in ["configuration.json", "weights.safetensors"] {
            try FileManager.default.copyItem(
                at: fixtures.appending(path: "\(name).\(file)"), to: folder.appending(path: file))
        }
        try TinyManifest.write(folder, architecture: "irpad")
        try Data(bank.utf8).write(to: prompts.appending(path: "degradation.json"))
    }
}
