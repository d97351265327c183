import Foundation
import Imaging
import TestSupport
import Testing

@Suite("When something is wrong")
struct FailureTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try TinyModel.write(below: folder.url.appending(path: "home"))
    }

    func upscale(_ arguments: [String], model: String = TinyModel.family) throws -> Program.Outcome
    {
        try Program().run(
            ["upscale"] + arguments + ["--home", folder.path("home"), "--model", model])
    }

    @Test("a file that does not exist: 66, and its name")
    func noInput() throws {
        let outcome = try upscale([folder.path("no.png"), "-o", folder.path("b.png")])
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("no.png"))
    }

    @Test("a folder without pictures: 66")
    func emptyFolder() throws {
        try folder.write(Data("x".utf8), "in/notes.txt")
        #expect(try upscale([folder.path("in"), "-o", folder.path("out")]).status == 66)
    }

    @Test("a damaged picture: 65, and nothing is written")
    func damaged() throws {
        let whole = try Data(contentsOf: URL(filePath: folder.writePicture("whole.png")))
        let input = try folder.write(whole.prefix(whole.count / 2), "half.png")
        let outcome = try upscale([input, "-o", folder.path("b.png")])
        #expect(outcome.status == 65)
        #expect(folder.files().filter { !$0.hasPrefix("home") } == ["half.png", "whole.png"])
    }

    @Test("an unknown model: 69, with the folders searched and the models there are")
    func unknownModel() throws {
        let input = try folder.writePicture("a.png")
        let outcome = try upscale([input, "-o", folder.path("b.png")], model: "tyni")
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains(folder.path("home/Models")))
        #expect(outcome.errors.contains("tiny-x2"))
    }

    @Test("a damaged model: 78, and 'models list' says so too")
    func damagedModel() throws {
        let weights = folder.url.appending(path: "home/Models/tiny-x2/weights.safetensors")
        var bytes = try Data(contentsOf: weights)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: weights)
        let input = try folder.writePicture("a.png")
        let outcome = try upscale([input, "-o", folder.path("b.png")])
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("weights.safetensors is damaged"))
        let list = try Program().run(["models", "list", "--home", folder.path("home")])
        #expect(list.status == 78)
        #expect(list.text.contains("✘ tiny-x2"))
    }

    @Test("a whole model that makes no network: 78, with the reason")
    func unfitModel() throws {
        let input = try folder.writePicture("a.png")
        let home = folder.url.appending(path: "home")
        func run() throws -> Program.Outcome {
            try upscale([input, "-o", folder.path("b.png")])
        }
        try TinyModel.write(below: home, architecture: "unheard-of")
        var outcome = try run()
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("unheard-of"))
        try TinyModel.write(below: home) {
            $0.replacingOccurrences(of: "\"channels\": 16", with: "\"channels\": 32")
        }
        outcome = try run()
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("makes no network"))
        try TinyModel.write(below: home) {
            $0.replacingOccurrences(of: "\"heads\": 2", with: "\"heads\": 3")
        }
        outcome = try run()
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("heads"))
    }

    @Test("sizes that are not larger, or too large: 64")
    func sizes() throws {
        let input = try folder.writePicture("a.png", width: 24, height: 20)
        for size in ["24x20", "10x10", "49x40", "1000000000x"] {
            let outcome = try upscale([input, "-o", folder.path("b.png"), "--size", size])
            #expect(outcome.status == 64, "\(size): \(outcome.errors)")
        }
    }

    @Test("transparency and JPEG: 64, before anything is done")
    func transparency() throws {
        let input = try folder.writePicture("a.png", channels: .rgba)
        let outcome = try upscale([input, "-o", folder.path("b.jpg")])
        #expect(outcome.status == 64)
        #expect(!FileManager.default.fileExists(atPath: folder.path("b.jpg")))
    }

    @Test("an output that cannot be made: 73")
    func unwritable() throws {
        let input = try folder.writePicture("a.png")
        // A file where a folder is needed; permissions do not stop a test that runs as root.
        let below = try upscale([input, "-o", folder.path("a.png/b.png")])
        #expect(below.status == 73)
        let isFile = try upscale([input, input, "-o", input])
        #expect(isFile.status == 73)
    }

    @Test("a result never replaces its input: 64")
    func replacesInput() throws {
        let input = try folder.writePicture("a.png")
        let before = try Data(contentsOf: URL(filePath: input))
        #expect(try upscale([input, "-o", input, "--overwrite"]).status == 64)
        #expect(try upscale([input, "-o", folder.url.path + "/"]).status == 64)
        #expect(try Data(contentsOf: URL(filePath: input)) == before)
    }

    @Test("two inputs with one result: the first is done, the second is reported")
    func collision() throws {
        try folder.writePicture("in/a.png")
        try folder.writePicture("in/a.jpg")
        let outcome = try upscale(
            [folder.path("in"), "-o", folder.path("out"), "--format", "webp"])
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("a.png"))
        #expect(folder.files(in: "out") == ["a.webp"])
    }

    @Test("a picture above --max-megapixels: 65")
    func bomb() throws {
        let input = try folder.writePicture("a.png", width: 1100, height: 1000)
        let outcome = try upscale(
            [input, "-o", folder.path("b.png"), "--max-megapixels", "1"])
        #expect(outcome.status == 65)
    }

    @Test("Ctrl-C: 130, and no file is left, neither whole nor in part", .timeLimit(.minutes(1)))
    func interrupt() async throws {
        for name in ["a", "b", "c"] {
            try folder.writePicture("in/\(name).png", width: 1000, height: 800)
        }
        let run = try Program.Run(
            Program(),
            [
                "upscale", folder.path("in"), "-o", folder.path("out"), "--home",
                folder.path("home"), "--model", TinyModel.family, "--region", "32", "--overlap",
                "8", "--threads", "1",
            ])
        // Late enough that the handler is in place, early enough that no picture is done.
        try await Task.sleep(for: .milliseconds(400))
        run.process.interrupt()
        let outcome = try run.wait()
        #expect(outcome.status == 130)
        #expect(outcome.errors.contains("Stopping"))
        #expect(folder.files(in: "out").allSatisfy { !$0.contains("tmp") })
        #expect(folder.files(in: "out").count < 3)
        for name in folder.files(in: "out") {
            let result = try ImageFile.read(folder.url.appending(path: "out/\(name)"))
            #expect(result.image.width == 2000)
        }
    }
}
