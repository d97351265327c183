import Foundation
import Imaging
import TestSupport
import Tensors
import Testing

@testable import Autoencoding

@Suite("Pictures through the autoencoder, in tiles")
struct PictureCodingTests {
    private static let policy = ComputePolicy(threads: 2, precision: .f32)

    private static func picture(width: Int, height: Int) -> Image {
        var random = SplitMix(seed: 7)
        return Image(
            width: width, height: height, channels: .rgb,
            pixels: random.floats(width * height * 3, in: 0...1))
    }

    /// What rounding may change, far below one 8-bit level: oneDNN may sum in another order.
    private static let rounding = 2e-5

    @Test(
        "tiles give the latent and the picture of the whole, also at the picture's edges",
        arguments: [ComputePolicy.Precision.f32, .bf16])
    func tilesEqualWhole(precision: ComputePolicy.Precision) throws {
        let network = try AutoencoderFixture.tiny()
        let policy = ComputePolicy(threads: 2, precision: precision)
        let image = Self.picture(width: 403, height: 330)
        let whole = try network.encode(image, tiles: .whole, policy: policy)
        let tiled = try network.encode(image, tiles: TileOptions(side: 128), policy: policy)
        #expect(whole.width == 51 && whole.height == 42 && whole.channels == 5)
        expectNear(tiled.values, whole.values, absolute: Self.rounding, relative: 1e-5)

        let one = try network.decode(
            whole, width: 403, height: 330, tiles: .whole, policy: policy)
        let many = try network.decode(
            whole, width: 403, height: 330, tiles: TileOptions(side: 128), policy: policy)
        #expect(one.width == 403 && one.height == 330)
        expectNear(many.pixels, one.pixels, absolute: Self.rounding, relative: 1e-5)
    }

    @Test(
        "the pixels in work are those of the tiles, no more of them than there are threads",
        arguments: [(64, 64, 1), (2048, 2048, 2), (4100, 1000, 2), (4100, 3000, 5)])
    func pixelsInWork(width: Int, height: Int, threads: Int) throws {
        let network = try AutoencoderFixture.tiny()
        let bounds = LatentRectangle(
            x: 0, y: 0, width: (width + 7) / 8, height: (height + 7) / 8)
        let reaches = [network.configuration.encoderReach, network.configuration.decoderReach]
        let pixels = reaches.map { reach in
            let plan = TilePlan(
                bounds, overlap: 2 * reach, isBlended: false, side: 1152 / 8, isShared: true)
            return (0..<min(threads, plan.count)).reduce(0) { $0 + plan.window($1).area * 64 }
        }
        let told = network.pixelsInWork(width: width, height: height, threads: threads)
        #expect(told == pixels.max())
    }

    @Test("a pixel changes no latent further away than the reach, and some at the reach")
    func reach() throws {
        let network = try AutoencoderFixture.tiny()
        var image = Self.picture(width: 30 * 8, height: 8)
        let before = try network.encode(image, tiles: .whole, policy: Self.policy)
        for y in 0..<8 {
            for x in 120..<128 {  // latent column 15
                for c in 0..<3 { image.pixels[(y * image.width + x) * 3 + c] = 3 }
            }
        }
        let after = try network.encode(image, tiles: .whole, policy: Self.policy)
        let reach = network.configuration.encoderReach
        let changed = (0..<30).filter { x in
            (0..<5).contains { before.values[x * 5 + $0] != after.values[x * 5 + $0] }
        }
        #expect(changed.first == 15 - reach && changed.last == 15 + reach)
    }

    @Test("a single latent changes no pixel further away than the reach, and some at the reach")
    func decoderReach() throws {
        let network = try AutoencoderFixture.tiny()
        var random = SplitMix(seed: 8)
        var latent = Latent(width: 30, height: 1, channels: 5, values: random.floats(150))
        let before = try network.decode(latent, tiles: .whole, policy: Self.policy)
        for c in 0..<5 { latent.values[15 * 5 + c] += 2 }
        let after = try network.decode(latent, tiles: .whole, policy: Self.policy)
        let changed = (0..<240).filter { x in
            (0..<8).contains { y in
                let start = before.index(x: x, y: y)
                return before.pixels[start..<start + 3] != after.pixels[start..<start + 3]
            }
        }
        let reach = network.configuration.decoderReach
        #expect(changed.first.map { $0 / 8 } == 15 - reach)
        #expect(changed.last.map { $0 / 8 } == 15 + reach)
    }

    @Test("the bytes are the same at one, two and three threads")
    func threads() throws {
        let network = try AutoencoderFixture.tiny()
        let image = Self.picture(width: 300, height: 200)
        let results = try [1, 2, 3].map { threads in
            let policy = ComputePolicy(threads: threads, precision: .f32)
            let latent = try network.encode(image, tiles: TileOptions(side: 128), policy: policy)
            return (
                latent, try network.decode(latent, tiles: TileOptions(side: 128), policy: policy)
            )
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    @Test("parts are those of the whole latent, at the edges and inside, few and many")
    func parts() throws {
        let network = try AutoencoderFixture.tiny()
        let image = Self.picture(width: 403, height: 330)
        let whole = try network.encode(image, tiles: .whole, policy: Self.policy)
        let context = try AutoencoderFixture.context()
        let few = [(0, 0), (47, 38), (20, 17)].map {
            LatentRectangle(x: $0.0, y: $0.1, width: 4, height: 4)
        }
        let many = (0..<40).map { LatentRectangle(x: $0, y: 5, width: 8, height: 30) }
        for parts in [few, many, []] {
            let latents = try network.encode(image, parts: parts, in: context)
            #expect(latents.count == parts.count)
            for (latent, part) in zip(latents, parts) {
                #expect(latent.width == part.width && latent.height == part.height)
                expectNear(
                    latent.values, whole.cropped(to: part).values, absolute: Self.rounding,
                    relative: 1e-5)
            }
        }
    }

    @Test("a picture of one pixel becomes one latent pixel and returns")
    func onePixel() throws {
        let network = try AutoencoderFixture.tiny()
        let image = Image(width: 1, height: 1, channels: .rgb, pixels: [0.2, 0.4, 0.6])
        let latent = try network.encode(image, policy: Self.policy)
        #expect(latent.width == 1 && latent.height == 1)
        let back = try network.decode(latent, width: 1, height: 1, policy: Self.policy)
        #expect(back.width == 1 && back.height == 1)
        // Edge replication: the same as a block of 8×8 pixels of that colour.
        let block = Image(
            width: 8, height: 8, channels: .rgb,
            pixels: (0..<64).flatMap { _ in [0.2, 0.4, 0.6] as [Float] })
        #expect(try network.encode(block, policy: Self.policy) == latent)
    }

    @Test("progress counts every tile, and what it throws stops the work")
    func progress() throws {
        struct Stop: Error {}
        let network = try AutoencoderFixture.tiny()
        let image = Self.picture(width: 700, height: 100)
        var seen: [TileProgress] = []
        _ = try network.encode(image, tiles: TileOptions(side: 128), policy: Self.policy) {
            seen.append($0)
        }
        #expect(seen.count > 2 && seen.map(\.done) == Array(1...seen.count))
        #expect(seen.allSatisfy { $0.total == seen.count })
        var calls = 0
        #expect(throws: Stop.self) {
            _ = try network.encode(image, tiles: TileOptions(side: 128), policy: Self.policy) {
                calls += 1
                if $0.done == 2 { throw Stop() }
            }
        }
        #expect(calls == 2)
    }
}
