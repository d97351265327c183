public import Foundation
internal import Tensors

/// Small networks with random weights under the names of PatchScaler's, which fit each other: latents of 5
/// channels, patches of 8×8.
public enum TinyPatchScaler {
    /// Which networks are written.
    public enum Part: CaseIterable, Sendable {
        /// Autoencoder, restoration module and detail decoder.
        case restoration
        /// Patch-DiT, texture classifier and IRPAD with its bank.
        case diffusion
    }

    /// Writes the models below a folder; a memory has to be built.
    ///
    /// - Parameters:
    ///   - root: The folder to be searched for `Models`.
    ///   - parts: Which networks.
    ///   - isSilent: Whether Patch-DiT's output is 0, so that what is sampled is the noise alone.
    ///   - trainedFor: The fingerprint of an autoencoder that the restoration module names.
    /// - Throws: What writing the files throws.
    public static func write(
        below root: URL, parts: [Part] = Part.allCases, isSilent: Bool = false,
        trainedFor: String = ""
    ) throws {
        if parts.contains(.restoration) {
            try TinyModel.writeAutoencoder(below: root, name: "autoencoder-f8c16")
            try writeRestorationModule(below: root, trainedFor: trainedFor)
            try writeDetailDecoder(below: root)
        }
        if parts.contains(.diffusion) {
            try TinyClassifier.write(below: root, name: "texture-classifier")
            try TinyIRPAD.write(below: root, name: "irpad")
            try writePatchDiT(below: root, isSilent: isSilent)
        }
    }

    private static func writeRestorationModule(below root: URL, trainedFor: String) throws {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "DiffusionTests/Fixtures")
        let folder = try newFolder("restoration-module", below: root)
        let text = try String(
            contentsOf: fixtures.appending(path: "tiny-restoration.configuration.json"),
            encoding: .utf8)
        let changed = text.replacingOccurrences(
            of: String(repeating: "0", count: 64), with: trainedFor)
        try Data(changed.utf8).write(to: folder.appending(path: "configuration.json"))
        try FileManager.default.copyItem(
            at: fixtures.appending(path: "tiny-restoration.weights.safetensors"),
            to: folder.appending(path: "weights.safetensors"))
        try TinyManifest.write(folder, architecture: "restoration-module")
    }

    /// The decoder of the small autoencoder, a little off.
    private static func writeDetailDecoder(below root: URL) throws {
        let folder = try newFolder("detail-decoder", below: root)
        let configuration = """
            {"architecture": "detail-decoder", "latent_channels": 5, "fine_channels": 16,
             "coarse_channels": 32, "decoder_blocks": [1, 2], "autoencoder": ""}
            """
        try Data(configuration.utf8).write(to: folder.appending(path: "configuration.json"))
        let autoencoder = try SafetensorsFile(
            root.appending(path: "Models/autoencoder-f8c16/weights.safetensors"))
        var writer = SafetensorsWriter()
        for name in autoencoder.names where !name.hasPrefix("encoder.") {
            let factor: Float = name.hasPrefix("decoder.") ? 1.02 : 1
            writer.add(
                name, autoencoder.shape(of: name) ?? [],
                try autoencoder.floats(name).map { $0 * factor })
        }
        try writer.write(to: folder.appending(path: "weights.safetensors"))
        try TinyManifest.write(folder, architecture: "detail-decoder")
    }

    private static func writePatchDiT(below root: URL, isSilent: Bool) throws {
        let folder = try newFolder("patch-dit", below: root)
        let configuration = """
            {"architecture": "patch-dit", "latent_channels": 5, "patch_side": 8,
             "fine_channels": 16, "fine_blocks": [1, 1], "width": 32, "depth": 2, "heads": 2, "textures": 2, "degradation_tokens": 2,
             "degradation_size": 16, "difference_deviation": 0.4, "autoencoder": "",
             "sampling": {"stride": 6, "sampler": "dpm", "groups": [
               {"confidence": 0.6, "tau": 400, "steps": 2},
               {"confidence": 0.4, "tau": 700, "steps": 3},
               {"confidence": 0, "tau": 1000, "steps": 4}]}}
            """
        try Data(configuration.utf8).write(to: folder.appending(path: "configuration.json"))
        try patchDiTWeights(isSilent: isSilent)
            .write(to: folder.appending(path: "weights.safetensors"))
        try TinyManifest.write(folder, architecture: "patch-dit")
    }

    private static func patchDiTWeights(isSilent: Bool) -> SafetensorsWriter {
        let (w, fine, latent) = (32, 16, 5)
        var linear: [(name: String, inputs: Int, outputs: Int)] = [
            ("fine_modulation", w, 3 * fine), ("time.first", w, w), ("time.second", w, w),
            ("modulation", w, 8 * w), ("prompt.texture", latent * 16, w),
            ("prompt.similarity", 16, 2 * w), ("prompt.texture_widen", w, 2 * w),
            ("prompt.texture_narrow", 2 * w, w), ("prompt.degradation", 16, w),
            ("final_modulation", w, 2 * fine),
        ]
        var convolutions: [(name: String, inputs: Int, outputs: Int, side: Int)] = [
            ("head", 2 * latent, fine, 3), ("reduce", 4 * fine, w, 1), ("expand", w, 4 * fine, 1),
            ("tail", fine, latent, 3),
        ]
        for block in ["fine_in.0", "fine_out.0"] {
            convolutions += [("\(block).first", fine, fine, 3), ("\(block).second", fine, fine, 3)]
        }
        for block in ["blocks.0", "blocks.1"] {
            linear += [
                ("\(block).attention.qkv", w, 3 * w), ("\(block).attention.out", w, w),
                ("\(block).cross.query", w, w), ("\(block).cross.key_value", w, 2 * w),
                ("\(block).cross.out", w, w), ("\(block).widen", w, 4 * w),
                ("\(block).narrow", 4 * w, w),
            ]
        }
        var (writer, random) = (SafetensorsWriter(), SplitMix(seed: 11))
        func numbers(_ count: Int, silent: Bool = false) -> [Float] {
            silent ? [Float](repeating: 0, count: count) : random.floats(count, in: -0.2...0.2)
        }
        for (name, inputs, outputs) in linear {
            writer.add("\(name).weight", [outputs, inputs], numbers(outputs * inputs))
            writer.add("\(name).bias", [outputs], numbers(outputs))
        }
        for (name, inputs, outputs, side) in convolutions {
            let silent = isSilent && name == "tail"
            writer.add(
                "\(name).weight", [outputs, inputs, side, side],
                numbers(outputs * inputs * side * side, silent: silent))
            writer.add("\(name).bias", [outputs], numbers(outputs, silent: silent))
        }
        writer.add("prompt.nothing", [w], numbers(w))
        writer.add("prompt.degradation_kind", [2, w], numbers(2 * w))
        for block in ["blocks.0", "blocks.1"] {
            writer.add("\(block).own_modulation", [8, w], numbers(8 * w))
        }
        for block in ["fine_in.0", "fine_out.0"] {
            writer.add("\(block).own_modulation", [3, fine], numbers(3 * fine))
        }
        return writer
    }

    private static func newFolder(_ name: String, below root: URL) throws -> URL {
        let folder = root.appending(path: "Models/\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
