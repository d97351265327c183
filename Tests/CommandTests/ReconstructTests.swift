import Foundation
import Imaging
import TestSupport
import Testing

@Suite("promptscaler reconstruct")
struct ReconstructTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try TinyModel.writeAutoencoder(below: folder.url)
    }

    func run(_ arguments: [String]) throws -> Program.Outcome {
        try Program().run(
            ["reconstruct"] + arguments + [
                "--home", folder.url.path, "--model", "tiny-autoencoder", "--precision", "f32",
            ])
    }

    @Test("a picture of any size and channels comes back in them, with its figures")
    func picture() throws {
        let input = try folder.writePicture("a.png", width: 37, height: 21, channels: .rgba)
        let outcome = try run([input, "-o", folder.path("b.png")])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let result = try ImageFile.read(folder.url.appending(path: "b.png")).image
        #expect(result.width == 37 && result.height == 21 && result.channels == .rgba)
        let original = try ImageFile.read(URL(filePath: input)).image
        #expect(result.separatingAlpha().alpha == original.separatingAlpha().alpha)
        for word in ["RGB dB", "latent mean", "latent deviation"] {
            #expect(outcome.text.contains(word))
        }
    }

    @Test("the figures are those that evaluate gives for the two files")
    func figures() throws {
        let input = try folder.writePicture("a.png", width: 37, height: 21)
        let outcome = try run([input, "-o", folder.path("b.png"), "--json"])
        let record = try #require(try outcome.objects().first)
        for (channel, key) in [("rgb", "psnr_rgb_db"), ("y", "psnr_y_db")] {
            let measured = try Program().run([
                "evaluate", input, folder.path("b.png"), "--channel", channel, "--border", "0",
                "--json",
            ])
            let expected = try #require(try measured.objects().first?["psnr_db"] as? Double)
            #expect(abs((record[key] as? Double ?? 0) - expected) < 1e-6)
        }
        #expect((record["latent_mean"] as? [Double])?.count == 5)
        #expect((record["latent_deviation"] as? [Double])?.count == 5)
    }

    @Test("tiles do not show: below a hundredth of a level")
    func seams() throws {
        let input = try folder.writePicture("a.png", width: 500, height: 300)
        let outcome = try run([
            input, "-o", folder.path("b.png"), "--tile", "128", "--seams", "--json",
        ])
        let record = try #require(try outcome.objects().first)
        let levels = try #require(record["seam_levels"] as? Double)
        #expect(levels < 0.01)
    }

    @Test("noise in the latent changes the result, the same way for the same seed")
    func noise() throws {
        let input = try folder.writePicture("a.png", width: 64, height: 48)
        func bytes(_ arguments: [String]) throws -> Data {
            let outcome = try run([input, "-o", folder.path("b.png")] + arguments)
            #expect(outcome.status == 0)
            return try Data(contentsOf: folder.url.appending(path: "b.png"))
        }
        let clean = try bytes([])
        let noisy = try bytes(["--latent-noise", "0.1", "--seed", "3", "--threads", "1"])
        #expect(clean != noisy)
        #expect(try bytes(["--latent-noise", "0.1", "--seed", "3", "--threads", "2"]) == noisy)
        #expect(try bytes(["--latent-noise", "0.1", "--seed", "4"]) != noisy)
    }

    @Test("folders give a line for each picture and the mean; what fails is reported")
    func batch() throws {
        try folder.writePicture("in/a.png", width: 16, height: 16)
        try folder.writePicture("in/deep/b.png", width: 24, height: 8, channels: .grey)
        try folder.write(Data("no picture".utf8), "in/c.png")
        let outcome = try run([folder.path("in"), "-o", folder.path("out"), "--json"])
        #expect(outcome.status == 65)
        #expect(folder.files(in: "out") == ["a.png", "deep/b.png"])
        let records = try outcome.objects()
        #expect(records.last?["file"] as? String == "mean of 2")
        #expect(records.count == 4)
        let grey = try ImageFile.read(folder.url.appending(path: "out/deep/b.png"))
        #expect(grey.image.channels == .grey)
    }

    @Test("a model that is not there, and one that is no autoencoder, end with their statuses")
    func models() throws {
        let input = try folder.writePicture("a.png")
        let home = ["--home", folder.url.path]
        let absent = try Program().run(
            ["reconstruct", input, "-o", folder.path("b.png"), "--model", "nothing"] + home)
        #expect(absent.status == 69)
        try TinyModel.write(below: folder.url)
        let other = try Program().run(
            ["reconstruct", input, "-o", folder.path("b.png"), "--model", "tiny-x2"] + home)
        #expect(other.status == 78)
        #expect(other.errors.contains("'autoencoder' is needed"))
    }

    @Test("a published folder of Stable Diffusion's works as a model")
    func published() throws {
        let input = try folder.writePicture("a.png", width: 20, height: 12)
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
            .appending(path: "AutoencodingTests/Fixtures/stable-diffusion")
        let outcome = try Program().run([
            "reconstruct", input, "-o", folder.path("b.png"), "--model", fixture.path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try ImageFile.read(folder.url.appending(path: "b.png")).image.width == 20)
    }
}
