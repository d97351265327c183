import Foundation
import Imaging
import TestSupport
import Testing

@Suite("promptscaler upscale")
struct UpscaleCommandTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try TinyModel.write(below: folder.url.appending(path: "home"))
    }

    /// Runs `upscale` with the tiny model.
    func upscale(_ arguments: [String], input: Data = Data()) throws -> Program.Outcome {
        try Program().run(["upscale"] + arguments + options, input: input)
    }

    var options: [String] {
        ["--home", folder.path("home"), "--model", TinyModel.family, "--precision", "f32"]
    }

    func read(_ name: String) throws -> DecodedImage {
        try ImageFile.read(folder.url.appending(path: name))
    }

    @Test("one file becomes twice as large, and its line tells the size")
    func oneFile() throws {
        let input = try folder.writePicture("a.png", width: 24, height: 20)
        let outcome = try upscale([input, "-o", folder.path("b.png")])
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("48×40"))
        #expect(outcome.output.isEmpty)
        let result = try read("b.png")
        #expect(result.image.width == 48 && result.image.height == 40)
        #expect(folder.files().filter { !$0.hasPrefix("home") } == ["a.png", "b.png"])
    }

    @Test(
        "16 bits, alpha and grey stay", arguments: [Image.Channels.grey, .greyAlpha, .rgb, .rgba])
    func envelope(channels: Image.Channels) throws {
        let input = try folder.writePicture("a.png", channels: channels, bits: 16)
        #expect(try upscale([input, "-o", folder.path("b.png")]).status == 0)
        let result = try read("b.png")
        #expect(result.bitsPerSample == 16)
        #expect(result.image.channels == channels)
    }

    @Test("fractional scales and exact sizes are met to the pixel")
    func sizes() throws {
        let input = try folder.writePicture("a.png", width: 24, height: 20)
        for (arguments, width, height) in [
            (["--scale", "1.5"], 36, 30), (["--size", "37x23"], 37, 23),
            (["--size", "36x"], 36, 30),
            (["--size", "x25"], 30, 25),
        ] {
            let outcome = try upscale([input, "-o", folder.path("b.png")] + arguments)
            #expect(outcome.status == 0)
            let result = try read("b.png").image
            #expect(result.width == width && result.height == height, "\(arguments)")
        }
    }

    @Test("a folder keeps its structure, and one broken file does not stop the others")
    func batch() throws {
        try folder.writePicture("in/one.png")
        try folder.writePicture("in/deep/er/two.jpg")
        try folder.write(Data("not a picture".utf8), "in/broken.png")
        try folder.write(Data("text".utf8), "in/notes.txt")
        try folder.writePicture("in/.hidden.png")
        let outcome = try upscale([folder.path("in"), "-o", folder.path("out")])
        #expect(outcome.status == 65)
        #expect(folder.files(in: "out") == ["deep/er/two.jpg", "one.png"])
        let complaints = outcome.errors.split(separator: "\n").filter { $0.contains("broken.png") }
        #expect(complaints.count == 1)
        #expect(try read("out/deep/er/two.jpg").format == .jpeg)
    }

    @Test("a second run skips what is finished, and makes again what changed or is asked for")
    func secondRun() throws {
        let input = try folder.writePicture("in/one.png")
        try folder.writePicture("in/two.png")
        let arguments = [folder.path("in"), "-o", folder.path("out")]
        #expect(try upscale(arguments).status == 0)
        let made = try Data(contentsOf: folder.url.appending(path: "out/one.png"))

        func statuses(_ more: [String] = []) throws -> [String] {
            try upscale(arguments + ["--json"] + more).objects().compactMap {
                $0["status"] as? String
            }
        }
        #expect(try statuses() == ["skipped", "skipped"])
        #expect(try statuses(["--overwrite"]) == ["written", "written"])
        #expect(try statuses(["--scale", "1.5"]) == ["written", "written"])
        #expect(try statuses() == ["written", "written"])
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: input)
        #expect(try statuses() == ["written", "skipped"])
        #expect(try Data(contentsOf: folder.url.appending(path: "out/one.png")) == made)
    }

    @Test("results inside the input folder are not taken for inputs")
    func nestedOutput() throws {
        try folder.writePicture("in/one.png")
        for _ in 0..<2 {
            #expect(try upscale([folder.path("in"), "-o", folder.path("in/large")]).status == 0)
        }
        #expect(folder.files(in: "in") == ["large/one.png", "one.png"])
    }

    @Test("a pipe gives the same bytes as a file")
    func pipe() throws {
        let input = try folder.writePicture("a.png")
        #expect(try upscale([input, "-o", folder.path("b.png")]).status == 0)
        let outcome = try upscale(
            ["-", "-o", "-"], input: Data(contentsOf: URL(filePath: input)))
        #expect(outcome.status == 0)
        #expect(outcome.output == (try Data(contentsOf: folder.url.appending(path: "b.png"))))
    }

    @Test("the number of threads and the batch do not change a byte")
    func threads() throws {
        let input = try folder.writePicture("in/a.png", width: 70, height: 50)
        try folder.writePicture("in/b.png")
        let regions = ["--region", "32", "--overlap", "8"]
        #expect(
            try upscale([input, "-o", folder.path("one.png"), "--threads", "1"] + regions).status
                == 0)
        #expect(
            try upscale([folder.path("in"), "-o", folder.path("all"), "--threads", "3"] + regions)
                .status == 0)
        let one = try Data(contentsOf: folder.url.appending(path: "one.png"))
        #expect(try Data(contentsOf: folder.url.appending(path: "all/a.png")) == one)
    }

    @Test("a dry run writes nothing and tells size, regions, memory and time")
    func dryRun() throws {
        let input = try folder.writePicture("a.png", width: 70, height: 50)
        let arguments =
            [input, "-o", folder.path("b.png"), "--dry-run", "--region", "32"]
            + ["--overlap", "8"]
        let outcome = try upscale(arguments)
        #expect(outcome.status == 0)
        for word in ["70×50 → 140×100", "6 of 32×32", "memory", "time"] {
            #expect(outcome.text.contains(word), "\(word) in \(outcome.text)")
        }
        let record = try #require(try upscale(arguments + ["--json"]).objects().first)
        #expect(record["status"] as? String == "planned")
        #expect((record["peak_bytes"] as? Int ?? 0) > 1_000_000)
        #expect(!FileManager.default.fileExists(atPath: folder.path("b.png")))
    }
}
