import Foundation
import Imaging
import ModelStore
import TestSupport
import Tensors
import Testing

@testable import Autoencoding

@Suite("Stable Diffusion's autoencoder")
struct StableDiffusionAutoencoderTests {
    private static let folder = AutoencoderFixture.folder.appending(path: "stable-diffusion")

    private static func network() throws -> StableDiffusionAutoencoder {
        try .load(published: folder)
    }

    private static func golden() throws -> SafetensorsFile {
        try SafetensorsFile(folder.appending(path: "golden.safetensors"))
    }

    @Test("a published folder encodes two images as diffusers does")
    func encodes() throws {
        let (file, context) = (try Self.golden(), try AutoencoderFixture.context())
        let image = try AutoencoderFixture.tensor(file, "image", in: context)
        let latent = try Self.network().encode(image, in: context)
        #expect(latent.shape == file.shape(of: "latent"))
        expectNear(latent.values, try file.floats("latent"), absolute: 5e-5, relative: 1e-5)
    }

    @Test("a published folder decodes two latents as diffusers does")
    func decodes() throws {
        let (file, context) = (try Self.golden(), try AutoencoderFixture.context())
        let latent = try AutoencoderFixture.tensor(file, "random_latent", in: context)
        let image = try Self.network().decode(latent, in: context)
        #expect(image.shape == file.shape(of: "decoded"))
        expectNear(image.values, try file.floats("decoded"), absolute: 5e-5, relative: 1e-5)
    }

    @Test("bf16 stays near", .enabled(if: Processor.current.runsBF16))
    func bf16() throws {
        let file = try Self.golden()
        let context = try AutoencoderFixture.context(.bf16)
        let latent = try AutoencoderFixture.tensor(file, "random_latent", in: context)
        let image = try Self.network().decode(latent, in: context)
        expectNear(image.values, try file.floats("decoded"), absolute: 0.1)
    }

    @Test("the older names of an attention's layers are a bijection and give the same network")
    func olderNames() throws {
        let table = AttentionNames.table
        #expect(Set(table.map(\.0)).count == 4 && Set(table.map(\.1)).count == 4)
        let weights = Self.folder.appending(path: StableDiffusionAutoencoder.weightsFile)
        let file = try SafetensorsFile(weights)
        var older = SafetensorsWriter()
        var renamed = 0
        for name in file.names {
            var new = name
            for (today, before) in table where name.contains(".attentions.0.\(today).") {
                new = name.replacingOccurrences(of: ".\(today).", with: ".\(before).")
                renamed += 1
            }
            let shape = try #require(file.shape(of: name))
            older.add(new, shape, try file.floats(name))
        }
        #expect(renamed == 16)
        let temporary = try TemporaryFolder()
        try older.write(to: temporary.file(StableDiffusionAutoencoder.weightsFile))
        try FileManager.default.copyItem(
            at: Self.folder.appending(path: "config.json"), to: temporary.file("config.json"))
        let (golden, context) = (try Self.golden(), try AutoencoderFixture.context())
        let image = try AutoencoderFixture.tensor(golden, "image", in: context)
        let other = try StableDiffusionAutoencoder.load(published: temporary.url)
        #expect(
            try other.encode(image, in: context).values
                == Self.network().encode(image, in: context).values)
        #expect(try other.fingerprint != Self.network().fingerprint)
    }

    @Test("attention over many pixels equals attention over all queries at once")
    func attentionInParts() throws {
        // 24×24 pixels are more than one part of 256 queries.
        var random = SplitMix(seed: 30)
        let (pixels, channels) = (576, 16)
        let x = random.floats(pixels * channels)
        var writer = SafetensorsWriter()
        var layers: [String: [Float]] = [:]
        for name in ["to_q", "to_k", "to_v", "to_out.0"] {
            layers[name] = random.floats(channels * channels)
            writer.add("\(name).weight", [channels, channels], layers[name] ?? [])
            writer.add("\(name).bias", [channels], [Float](repeating: 0, count: channels))
        }
        writer.add("group_norm.weight", [channels], [Float](repeating: 1, count: channels))
        writer.add("group_norm.bias", [channels], [Float](repeating: 0, count: channels))
        let temporary = try TemporaryFolder()
        try writer.write(to: temporary.file("a.safetensors"))
        let attention = try PixelAttention(
            from: Weights(SafetensorsFile(temporary.file("a.safetensors"))), channels: channels,
            groups: 4)
        let context = try AutoencoderFixture.context()
        let result = Tensor(x, [1, 24, 24, channels], in: context)
        try attention(result, in: context)

        let norm = GroupNorm(
            gain: [Float](repeating: 1, count: channels),
            shift: [Float](repeating: 0, count: channels), groups: 4, epsilon: 1e-6)
        let tokens = norm(Tensor(x, [1, pixels, channels], in: context), in: context).values
        func apply(_ name: String, _ input: [Double]) -> [Double] {
            let weight = layers[name] ?? []
            return (0..<pixels * channels).map { index in
                let (row, output) = index.quotientAndRemainder(dividingBy: channels)
                return (0..<channels).reduce(0) {
                    $0 + input[row * channels + $1] * Double(weight[output * channels + $1])
                }
            }
        }
        let input = tokens.map(Double.init)
        let (q, k, v) = (apply("to_q", input), apply("to_k", input), apply("to_v", input))
        var read = [Double](repeating: 0, count: pixels * channels)
        for n in 0..<pixels {
            let scores = (0..<pixels).map { m in
                (0..<channels).reduce(0) { $0 + q[n * channels + $1] * k[m * channels + $1] } / 4
            }
            let largest = scores.max() ?? 0
            let e = scores.map { exp($0 - largest) }
            let sum = e.reduce(0, +)
            for m in 0..<pixels {
                for c in 0..<channels { read[n * channels + c] += e[m] / sum * v[m * channels + c] }
            }
        }
        let out = apply("to_out.0", read)
        expectNear(
            result.values, out.indices.map { Double(x[$0]) + out[$0] }, absolute: 1e-4)
    }

    @Test("blended tiles are the whole where there is one tile, and near it where there are more")
    func tiles() throws {
        let network = try Self.network()
        let policy = ComputePolicy(threads: 2, precision: .f32)
        let image = TestPicture.waves(width: 250, height: 90)
        let whole = try network.encode(image, tiles: .whole, policy: policy)
        #expect(whole.width == 63 && whole.height == 23)
        #expect(try network.encode(image, policy: policy) == whole)
        let tiled = try network.encode(image, tiles: TileOptions(side: 64), policy: policy)
        let worst = zip(tiled.values, whole.values).map { abs($0 - $1) }.max() ?? 1
        let largest = whole.values.map { abs($0) }.max() ?? 0
        #expect(worst > 0 && worst < 0.5 * largest)
        let part = LatentRectangle(x: 3, y: 4, width: 5, height: 6)
        let parts = try network.encode(image, parts: [part], in: AutoencoderFixture.context())
        #expect(parts == [whole.cropped(to: part)])
        let one = try network.encode(
            image, tiles: TileOptions(side: 64), policy: ComputePolicy(threads: 1, precision: .f32))
        #expect(one == tiled)
    }

    @Test("without the 1×1 convolutions, and without attention, their weights are not asked for")
    func variants() throws {
        let weights = Self.folder.appending(path: StableDiffusionAutoencoder.weightsFile)
        let file = try SafetensorsFile(weights)
        var writer = SafetensorsWriter()
        for name in file.names
        where !name.hasPrefix("quant_conv") && !name.hasPrefix("post_quant_conv")
            && !name.contains("attentions")
        {
            let shape = try #require(file.shape(of: name))
            writer.add(name, shape, try file.floats(name))
        }
        let temporary = try TemporaryFolder()
        try writer.write(to: temporary.file("w.safetensors"))
        var configuration = try Self.network().configuration
        configuration.hasQuantConvolution = false
        configuration.hasPostQuantConvolution = false
        configuration.hasMidBlockAttention = false
        let network = try StableDiffusionAutoencoder(
            from: Weights(SafetensorsFile(temporary.file("w.safetensors"))),
            configuration: configuration, fingerprint: "")
        let context = try AutoencoderFixture.context()
        let latent = try network.encode(
            Tensor(SplitMixed.numbers(8 * 8 * 3), [1, 8, 8, 3], in: context), in: context)
        #expect(latent.shape == [1, 2, 2, 4])
        #expect(try network.decode(latent, in: context).shape == [1, 8, 8, 3])
    }

    @Test("missing files, other weights and damaged files are errors that name them")
    func hostile() throws {
        func problem(_ change: (TemporaryFolder) throws -> Void) throws -> String {
            let temporary = try TemporaryFolder()
            for name in ["config.json", StableDiffusionAutoencoder.weightsFile] {
                try FileManager.default.copyItem(
                    at: Self.folder.appending(path: name), to: temporary.file(name))
            }
            try change(temporary)
            do {
                _ = try StableDiffusionAutoencoder.load(published: temporary.url)
                return "none"
            } catch {
                return "\(error)"
            }
        }
        #expect(try problem { _ in } == "none")
        let gone = try problem { try FileManager.default.removeItem(at: $0.file("config.json")) }
        #expect(gone.contains("config.json is missing"))
        let cut = try problem {
            let file = $0.file(StableDiffusionAutoencoder.weightsFile)
            try Data(contentsOf: file).prefix(5000).write(to: file)
        }
        #expect(cut.contains("damaged"))
        func edited(_ from: String, _ to: String) throws -> String {
            try problem {
                let file = $0.file("config.json")
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(text.contains(from))
                try text.replacingOccurrences(of: from, with: to)
                    .write(to: file, atomically: true, encoding: .utf8)
            }
        }
        #expect(
            try edited("\"layers_per_block\": 1", "\"layers_per_block\": 2").contains(
                "decoder.up_blocks.0.resnets.2.conv1.weight is missing"))
        #expect(try edited("\"silu\"", "\"relu\"").contains("\"act_fn\" is relu"))
        #expect(try edited("\"latents_mean\": null", "\"latents_mean\": [0]").contains("null"))
        #expect(try edited("\"sample_size\"", "\"sample_sizes\"").contains("unknown key"))
        #expect(try edited("\"norm_num_groups\": 4", "\"norm_num_groups\": 0").contains("divide"))
        #expect(
            try edited("\"norm_num_groups\": 4", "\"norm_num_groups\": \"4\"").contains(
                "wrong type"))
    }

    @Test("keys that the file lacks have diffusers' defaults")
    func defaults() throws {
        let text = """
            {"_class_name": "AutoencoderKL", "block_out_channels": [128, 256, 512, 512],
             "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D",
               "DownEncoderBlock2D", "DownEncoderBlock2D"],
             "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D",
               "UpDecoderBlock2D"], "layers_per_block": 2, "shift_factor": null}
            """
        let configuration = try StableDiffusionConfiguration(json: Data(text.utf8))
        #expect(configuration.latentChannels == 4 && configuration.normGroups == 32)
        #expect(configuration.scalingFactor == 0.18215 && configuration.shiftFactor == 0)
        #expect(configuration.downsampling == 8 && configuration.hasMidBlockAttention)
    }
}

private enum SplitMixed {
    static func numbers(_ count: Int) -> [Float] {
        var random = SplitMix(seed: 31)
        return random.floats(count, in: 0...1)
    }
}
