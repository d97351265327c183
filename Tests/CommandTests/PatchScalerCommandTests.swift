import Foundation
import Imaging
import TestSupport
import Testing

@Suite("promptscaler upscale --model patchscaler")
struct PatchScalerCommandTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try TinyPatchScaler.write(below: folder.url.appending(path: "home"))
    }

    func upscale(_ arguments: [String]) throws -> Program.Outcome {
        try Program().run(
            ["upscale"] + arguments
                + ["--home", folder.path("home"), "--model", "patchscaler", "--precision", "f32"])
    }

    @Test("a photo becomes four times larger; maps and attribution are written beside it")
    func records() throws {
        for name in ["corpus/1.png", "corpus/2.png"] {
            try folder.writePicture(name, width: 200, height: 160)
        }
        let built = try Program().run([
            "memory", "build", folder.path("corpus"), "-o", folder.path("home/Memory/natural"),
            "--initial", "16", "--size", "4", "--flat-below", "0", "--precision", "f32",
            "--home", folder.path("home"), "--quiet",
        ])
        #expect(built.status == 0, "\(built.errors)")
        let input = try folder.writePicture("a.png", width: 50, height: 40)
        let outcome = try upscale([
            input, "-o", folder.path("b.png"), "--save-maps", folder.path("maps"),
            "--attribution", folder.path("whose.md"), "--degradation", "heavy blur",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let result = try ImageFile.read(folder.url.appending(path: "b.png")).image
        #expect(result.width == 200 && result.height == 160)
        #expect(
            folder.files(in: "maps") == ["b-confidence.png", "b-groups.png", "b-textures.json"])
        let json = try JSONSerialization.jsonObject(
            with: Data(contentsOf: folder.url.appending(path: "maps/b-textures.json")))
        let record = try #require(json as? [String: Any])
        #expect(record["memory"] as? String == "natural")
        let patches = try #require(record["patches"] as? [[String: Any]])
        #expect(patches.count >= 6)
        for patch in patches {
            #expect((patch["textures"] as? [Any])?.count == 2)
            #expect((patch["degradation"] as? String)?.contains("blurred") == true)
        }
        let text = try String(
            contentsOf: folder.url.appending(path: "whose.md"), encoding: .utf8)
        #expect(text.contains(".png") && text.contains("| uses |"))
    }

    @Test("a folder gives each photo the bytes that it has alone")
    func batch() throws {
        let input = try folder.writePicture("in/a.png", width: 40, height: 30)
        try folder.writePicture("in/b.png", width: 24, height: 20)
        let options = ["--no-texture-prompt", "--seed", "3", "--steps", "2"]
        #expect(
            try upscale([input, "-o", folder.path("a.png"), "--threads", "1"] + options).status == 0
        )
        #expect(
            try upscale(
                [folder.path("in"), "-o", folder.path("out"), "--threads", "2"] + options
            ).status == 0)
        let alone = try Data(contentsOf: folder.url.appending(path: "a.png"))
        #expect(try Data(contentsOf: folder.url.appending(path: "out/a.png")) == alone)
    }

    @Test("options of the diffusion are understood")
    func options() throws {
        let input = try folder.writePicture("a.png", width: 24, height: 20)
        for options in [
            ["--groups", "continuous"], ["--groups", "uniform", "--sampler", "ddpm"],
            ["--groups", "0.5:300:2,0:600:3", "--colour", "adain"], ["--fidelity", "1"],
            ["--no-degradation-prompt", "--scale", "1"],
        ] {
            let outcome = try upscale(
                [input, "-o", folder.path("b.png"), "--no-texture-prompt", "--overwrite"] + options)
            #expect(outcome.status == 0, "\(options): \(outcome.errors)")
        }
    }

    @Test("a dry run tells patches, memory and time")
    func dryRun() throws {
        let input = try folder.writePicture("a.png", width: 50, height: 40)
        let outcome = try upscale([
            input, "-o", folder.path("b.png"), "--dry-run", "--no-texture-prompt",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        for word in ["50×40 → 200×160", "64×64", "memory", "time"] {
            #expect(outcome.text.contains(word), "\(word) in \(outcome.text)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("b.png")))
    }

    @Test(
        "contradictions and nonsense are refused with 64",
        arguments: [
            ["--fidelity", "2"], ["--steps", "0"], ["--top-k", "0"], ["--groups", "0.5:1:1"],
            ["--sampler", "euler"], ["--colour", "red"],
            ["--no-texture-prompt", "--memory", "natural"],
            ["--no-degradation-prompt", "--degradation", "noise"],
            ["--no-texture-prompt", "--degradation", "rust"],
            ["--no-texture-prompt", "--scale", "9"],
        ])
    func refused(options: [String]) throws {
        let input = try folder.writePicture("a.png", width: 24, height: 20)
        let outcome = try upscale([input, "-o", folder.path("b.png")] + options)
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("b.png")))
    }

    @Test("options of the diffusion need the diffusion")
    func otherModel() throws {
        let input = try folder.writePicture("a.png")
        let outcome = try Program().run([
            "upscale", input, "-o", folder.path("b.png"), "--model", "promptsr",
            "--fidelity", "0.5",
        ])
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--model patchscaler"))
    }
}
