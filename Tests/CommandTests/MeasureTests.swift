import Foundation
import Imaging
import TestSupport
import Testing

@Suite("promptscaler resize and evaluate")
struct MeasureTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func run(_ arguments: [String]) throws -> Program.Outcome { try Program().run(arguments) }

    @Test("resize gives the size asked for and keeps bits and channels")
    func resize() throws {
        let input = try folder.writePicture(
            "a.png", width: 24, height: 20, channels: .rgba, bits: 16)
        #expect(
            try run(["resize", input, "-o", folder.path("b.png"), "--scale", "0.25"]).status == 0)
        let result = try ImageFile.read(folder.url.appending(path: "b.png"))
        #expect(result.image.width == 6 && result.image.height == 5)
        #expect(result.bitsPerSample == 16 && result.image.channels == .rgba)
    }

    @Test("resize of 8 bits is the library's, rounded after each pass")
    func resizeRounding() throws {
        let input = try folder.writePicture("a.png", width: 24, height: 20)
        #expect(
            try run(["resize", input, "-o", folder.path("b.png"), "--size", "9x7"]).status == 0)
        let expected = try ImageFile.read(URL(filePath: input)).image
            .resized(width: 9, height: 7, quantization: .eightBit)
        #expect(try ImageFile.read(folder.url.appending(path: "b.png")).image == expected)
    }

    @Test("resize through a pipe, and of a folder")
    func resizeStreams() throws {
        let input = try folder.writePicture("in/a.png", width: 24, height: 20)
        let outcome = try Program().run(
            ["resize", "-", "-o", "-", "--scale", "0.5"],
            input: Data(contentsOf: URL(filePath: input)))
        #expect(outcome.status == 0)
        #expect(
            try run(["resize", folder.path("in"), "-o", folder.path("out"), "--scale", "0.5"])
                .status == 0)
        #expect(outcome.output == (try Data(contentsOf: folder.url.appending(path: "out/a.png"))))
    }

    @Test("evaluate states channel and border, and equal pictures are equal")
    func equal() throws {
        let input = try folder.writePicture("a.png")
        let outcome = try run(["evaluate", input, input, "--border", "2"])
        #expect(outcome.status == 0)
        for word in ["Y of BT.601", "2 pixels", "equal", "1.0000"] {
            #expect(outcome.text.contains(word), "\(word) in \(outcome.text)")
        }
    }

    @Test("a difference of one step in 8 bits has 48.13 dB on RGB, in every style")
    func figures() throws {
        let dark = Image(width: 20, height: 20, channels: .rgb, filledWith: 100 / 255)
        let bright = Image(width: 20, height: 20, channels: .rgb, filledWith: 101 / 255)
        let a = try folder.write(ImageFile.encode(dark, as: .png), "a.png")
        let b = try folder.write(ImageFile.encode(bright, as: .png), "b.png")
        let arguments = ["evaluate", a, b, "--channel", "rgb", "--border", "0"]
        #expect(try run(arguments).text.contains("48.13"))
        let record = try #require(try run(arguments + ["--json"]).objects().first)
        #expect(abs((record["psnr_db"] as? Double ?? 0) - 48.1308) < 1e-4)
        #expect(record["channel"] as? String == "rgb")
        #expect(record["border_pixels"] as? Int == 0)
        let lines = try run(arguments + ["--csv"]).lines
        #expect(
            lines.first
                == "file,psnr_db,ssim,haarpsi,gradient_energy_ratio,niqe,channel,border_pixels")
        #expect(lines.last?.hasPrefix("b.png,48.1308,") == true)
        #expect(lines.last?.hasSuffix(",rgb,0") == true)
    }

    @Test("folders are paired by name, by suffix or by order, and the mean comes last")
    func pairing() throws {
        for name in ["img_001", "img_002"] {
            try folder.writePicture("HR/\(name)_HR.png")
            try folder.writePicture("LR/\(name)_LR.png")
        }
        let folders = [folder.path("HR"), folder.path("LR")]
        #expect(try run(["evaluate"] + folders).status == 66)
        for rule in [["--suffix", "_HR:_LR"], ["--pair", "order"]] {
            let outcome = try run(["evaluate"] + folders + ["--json"] + rule)
            #expect(outcome.status == 0)
            #expect(
                try outcome.objects().map { $0["file"] as? String } == [
                    "img_001_LR.png", "img_002_LR.png", "mean of 2",
                ])
        }
    }

    @Test("NIQE is measured with and without an original, where there are enough blocks")
    func naturalness() throws {
        let model = Fixture.url(
            "niqe_model.npz",
            testFile: #filePath.replacingOccurrences(of: "CommandTests", with: "ImagingTests"))
        for (name, side) in [("large", 200), ("small", 100)] {
            try folder.writePicture("in/\(name).png", width: side, height: side)
        }
        let arguments = ["--niqe-model", model.path, "--json"]
        let pictures = folder.path("in")
        let pairs = try run(["evaluate", pictures, pictures] + arguments)
        #expect(pairs.status == 0)
        let large = try #require(try pairs.objects().first)
        #expect(try pairs.objects()[1]["niqe"] == nil)
        #expect(large["haarpsi"] as? Double ?? 0 > 0.999)
        #expect(large["gradient_energy_ratio"] as? Double == 1)

        let alone = try run(["evaluate", pictures] + arguments)
        #expect(alone.status == 65 && alone.errors.contains("small.png: 92×92 pixels"))
        #expect(try alone.objects().count == 1)
        #expect(try alone.objects().first?["niqe"] as? Double == large["niqe"] as? Double)
        #expect(try alone.objects().first?["psnr_db"] == nil)
        #expect(try run(["evaluate", pictures + "/large.png"] + arguments).status == 0)

        let text = try run(["evaluate", pictures, "--niqe-model", model.path]).text
        #expect(text.contains("NIQE") && !text.contains("PSNR"))
    }

    @Test("a file that is no model of NIQE is refused before anything is measured")
    func wrongModel() throws {
        let input = try folder.writePicture("a.png")
        let outcome = try run(["evaluate", input, "--niqe-model", input])
        #expect(outcome.status == 65 && outcome.text.isEmpty)
        #expect(outcome.errors.contains("a.png: this is not a model of NIQE"))
        #expect(try run(["evaluate", input, "--niqe-model", folder.path("none")]).status == 66)
    }

    @Test("pairs that cannot be compared are reported, and the others measured")
    func mismatch() throws {
        try folder.writePicture("a/one.png")
        try folder.writePicture("b/one.png")
        try folder.writePicture("a/two.png")
        try folder.writePicture("b/two.png", width: 25)
        try folder.writePicture("a/three.png")
        let outcome = try run(["evaluate", folder.path("a"), folder.path("b"), "--csv"])
        #expect(outcome.status != 0)
        #expect(outcome.lines.count == 2)
        #expect(outcome.errors.contains("two.png"))
        #expect(outcome.errors.contains("three.png"))
    }

    @Test("doctor finds the libraries, the kernels and the model in order")
    func doctor() throws {
        try TinyModel.write(below: folder.url)
        let outcome = try run(["doctor", "--home", folder.url.path])
        #expect(outcome.status == 0)
        for word in ["oneDNN", "libpng", "✔ convolution, f32", "✔ tiny-x2"] {
            #expect(outcome.text.contains(word), "\(word) in \(outcome.text)")
        }
        #expect(!outcome.text.contains("✘"))
    }
}
