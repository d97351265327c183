import Foundation
import Imaging
import TestSupport
import Testing

@Suite("promptscaler upscale with prompts", .timeLimit(.minutes(3)))
struct UpscalePromptTests {
    let folder: TemporaryFolder
    let photo: String

    init() throws {
        let place = try MemoryWorkplace(pictures: 0)
        folder = place.folder
        try TinyPatchScaler.write(below: folder.url.appending(path: "home"))
        let template = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Prompts/semantic.json")
        try folder.write(Data(contentsOf: template), "home/Prompts/semantic.json")
        try place.writeNoise("corpus/grass.png", width: 330, height: 260, seed: 1)
        try place.writeNoise("corpus/brick.png", width: 330, height: 260, seed: 2)
        let tags = try folder.write(
            Data("file,tags\ngrass.png,grass\nbrick.png,brick wall\n".utf8), "tags.csv")
        let built = try Program().run([
            "memory", "build", folder.path("corpus"), "-o", folder.path("home/Memory/natural"),
            "--initial", "40", "--size", "20", "--flat-below", "0", "--precision", "f32",
            "--tags", tags, "--home", folder.path("home"), "--quiet",
        ])
        #expect(built.status == 0, "\(built.errors)")
        photo = try folder.writePicture("photo.png", width: 50, height: 40)
    }

    func upscale(_ rest: [String], _ inputs: [String]? = nil) throws -> Program.Outcome {
        var program = Program()
        program.environment["XDG_CACHE_HOME"] = folder.path("cache")
        program.environment["XDG_CONFIG_HOME"] = folder.path("config")
        return try program.run(
            ["upscale"] + (inputs ?? [photo, "-o", folder.path("out.png")]) + rest + [
                "--home", folder.path("home"), "--model", "patchscaler", "--precision", "f32",
                "--steps", "1", "--save-maps", folder.path("maps"), "--overwrite",
            ])
    }

    /// The patches of the last photo, as its maps tell of them.
    func patches(_ name: String = "out") throws -> [[String: Any]] {
        let data = try Data(contentsOf: folder.file("maps/\(name)-textures.json"))
        let record = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return try #require(record?["patches"] as? [[String: Any]])
    }

    /// The pictures whose textures the last photo was shown.
    func sources(_ name: String = "out") throws -> Set<String> {
        Set(
            try patches(name).flatMap { $0["textures"] as? [[String: Any]] ?? [] }
                .compactMap { $0["source"] as? String })
    }

    @Test("tags decide whose textures are shown, and words that nobody knows change nothing")
    func tags() throws {
        for (tags, picture) in [("bricks", "brick.png"), ("dog, grass", "grass.png")] {
            let outcome = try upscale(["--tags", tags, "--tag-weight", "2", "--top-k", "1"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try sources() == [picture])
        }
        #expect(try upscale([]).status == 0)
        let plain = try Data(contentsOf: folder.file("out.png"))
        let unknown = try upscale(["--tags", "dog"])
        #expect(unknown.errors.contains("no texture of the memory has one of the photo's tags"))
        #expect(try Data(contentsOf: folder.file("out.png")) == plain)
    }

    @Test("a bundle brings tags and degradation; one about another photo is refused")
    func bundle() throws {
        let file = try folder.write(
            Data(
                """
                {"version": 1, "tags": ["brick"], "description": "", "negative": "",
                 "degradation": {"prompt": "", "degradations": [
                   {"type": "blur", "degree": "heavy"}]}}
                """.utf8), "b.json")
        let outcome = try upscale(["--bundle", file, "--tag-weight", "2", "--top-k", "1"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sources() == ["brick.png"])
        #expect(try patches().allSatisfy { $0["degradation"] as? String == "blurred" })
        // What a person says on the command line overrules it.
        let overruled = try upscale(["--bundle", file, "--degradation", "no blur"])
        #expect(overruled.status == 0, "\(overruled.errors)")
        #expect(
            try patches().allSatisfy { ($0["degradation"] as? String)?.contains("blur") != true })

        let text = try String(contentsOfFile: file, encoding: .utf8)
        for (from, to, status) in [
            (
                #""version": 1"#,
                #""version": 1, "photo": {"sha256": "0", "width": 1, "height": 1}"#, 65
            ),
            ("\"blur\"", "\"rust\"", 65), ("\"degradations\"", "\"degrees\"", 65),
        ] {
            let wrong = try folder.write(Data(text.replacing(from, with: to).utf8), "wrong.json")
            #expect(try upscale(["--bundle", wrong]).status == Int32(status), "\(to)")
        }
        #expect(try upscale(["--bundle", folder.path("none.json")]).status == 66)
    }

    @Test("bundles of a folder are found by their photos; who has none is asked about once")
    func services() throws {
        let server = try FaultServer { _ in [.answer(200, #"{"tags": ["grass"]}"#)] }
        defer { server.stop() }
        try folder.writePicture("in/a.png", width: 50, height: 40)
        try folder.writePicture("in/b.png", width: 49, height: 41)
        var program = Program()
        program.environment["XDG_CACHE_HOME"] = folder.path("cache")
        let made = try program.run([
            "prompt", "semantic", folder.path("in/a.png"), "--bundle",
            folder.path("p/x.prompt.json"),
            "--tag-url", server.address + "/tags", "--home", folder.path("home"),
        ])
        #expect(made.status == 0, "\(made.errors)")
        let file = folder.file("p/x.prompt.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("\"grass\"", with: "\"brick\"").utf8).write(to: file)

        let inputs = [folder.path("in"), "-o", folder.path("large")]
        let options = ["--bundle", folder.path("p"), "--tag-weight", "2", "--top-k", "1"]
        let outcome = try upscale(options + ["--tag-url", server.address + "/tags"], inputs)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try sources("a") == ["brick.png"] && sources("b") == ["grass.png"])
        #expect(server.requests.count == 2)
        server.stop()

        // What was answered is remembered; what was not is done without, unless it is required.
        #expect(try upscale(options + ["--tag-url", server.address + "/tags"], inputs).status == 0)
        let dead = ["--tag-url", server.address + "/dead"]
        let without = try upscale(dead)
        #expect(without.status == 0 && without.errors.contains("Without a semantic prompt"))
        #expect(try upscale(dead + ["--require-semantic-prompt"]).status == 69)
    }

    @Test(
        "prompts need the diffusion, and textures something to be chosen from",
        arguments: [["--tags", "a"], ["--bundle", "b.json"], ["--tag-url", "http://localhost/"]])
    func refused(options: [String]) throws {
        let outcome = try Program().run(
            ["upscale", photo, "-o", folder.path("o.png"), "--model", "promptsr"] + options)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--model patchscaler"))
        #expect(try upscale(["--require-semantic-prompt"]).status == 64)
        #expect(try upscale(["--tags", "a", "--tag-weight", "3"]).status == 64)
    }
}
