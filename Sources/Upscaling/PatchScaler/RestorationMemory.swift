internal import Tensors

/// The memory of each stage of PatchScaler, in bytes.
///
/// The photo, the enlarged photo and the result are there as 32-bit floats, and a latent takes 16 numbers
/// for 64 pixels. What a tile or a batch takes is measured, and there is one for each worker.
struct RestorationMemory {
    let input: PixelSize
    let canvas: PixelSize
    let output: PixelSize
    /// Samples of a pixel of the picture, alpha included.
    let channels: Int
    let hasAlpha: Bool
    /// Bytes of a sample in the files, 1 or 2.
    let sampleBytes: Int
    let fileBytes: Int
    /// Results that are decoded: 2 with a mask.
    let decodings: Int
    /// Tiles or batches worked on at the same time.
    let workers: Int
    /// Pixels of the autoencoder's tiles in work at the same time.
    let tilePixels: Int
    let isSampled: Bool
    /// How layers run.
    let policy: ComputePolicy

    private static let float = 4
    /// Code, libraries, and the weights of autoencoder and restoration module, plain and packed.
    private static let coarseBytes = 160_000_000
    /// The weights of the networks that only sampling needs, and the pages of the memory.
    private static let diffusionBytes = 140_000_000
    /// Weights that are prepared for Winograd's algorithm, four times as large as plain ones.
    ///
    /// In bf16 fewer layers take it.
    private var winogradBytes: Int {
        guard policy.runsWinograd else { return 0 }
        return switch policy.precision {
        case .f32: 260_000_000
        case .bf16: 120_000_000
        }
    }
    /// Of the autoencoder.
    private static let bytesPerTilePixel = 200
    /// A tile of the restoration module has at most 368×240 positions.
    private static let restorationPositions = 368 * 240
    private static let bytesPerPosition = 4_000
    /// A batch of 16 patches with the keys and values of its prompts.
    private static let batchBytes = 50_000_000

    var stages: [JobPlan.Stage] {
        let float = Self.float
        let base = Self.coarseBytes + winogradBytes + (isSampled ? Self.diffusionBytes : 0)
        let decoded = input.count * channels * float
        let kept = decoded + input.count * (3 + (hasAlpha ? 1 : 0)) * float
        let enlarged = output.count * 3 * float
        let padded = canvas == output ? 0 : canvas.count * 3 * float
        let latent = canvas.count / 64 * 16 * float
        let result = canvas.count * 3 * float
        let tiles = tilePixels * Self.bytesPerTilePixel
        let restoring =
            min(workers * Self.restorationPositions, canvas.count / 64 * 2)
            * Self.bytesPerPosition
        let plane = output.count * float
        let alpha = hasAlpha ? plane : 0
        let joined = output.count * channels * float
        let samples = output.count * channels * sampleBytes
        var stages = [
            stage("decode", base + fileBytes + decoded + input.count * channels * sampleBytes),
            stage("enlarge", base + kept + enlarged + padded),
            stage("to latent", base + kept + enlarged + padded + latent + tiles),
            stage("restore", base + kept + enlarged + 3 * latent + restoring),
        ]
        if isSampled {
            stages.append(
                stage(
                    "sample",
                    base + kept + enlarged + 3 * latent + workers * Self.batchBytes))
        }
        return stages + [
            stage(
                "from latent",
                base + kept + enlarged + 2 * latent + result + (decodings - 1) * enlarged + tiles),
            stage("colour", base + kept + decodings * enlarged + result + 2 * plane),
            stage("join", base + kept + enlarged + alpha + (hasAlpha ? joined : 0) + joined),
            stage("encode", base + joined * 2 + samples * 2),
        ]
    }

    private func stage(_ name: String, _ bytes: Int) -> JobPlan.Stage {
        JobPlan.Stage(name: name, bytes: bytes)
    }
}
