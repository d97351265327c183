import Foundation
import Imaging
import TestSupport
import Testing

@Suite("promptscaler degrade")
struct DegradeTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func run(_ arguments: [String], input: Data = Data()) throws -> Program.Outcome {
        try Program().run(["degrade"] + arguments, input: input)
    }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: folder.url.appending(path: name))
    }

    func labels(_ name: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: bytes(name)) as? [String: Any] ?? [:]
    }

    @Test("a folder by the shipped recipe: a quarter of the size, PNG, a label for each draw")
    func recipe() throws {
        try folder.writePicture("in/a.png", width: 41, height: 30)
        try folder.writePicture("in/deep/b.jpg", width: 24, height: 20)
        try folder.writePicture("in/c.png", width: 9, height: 9, channels: .greyAlpha, bits: 16)
        let outcome = try run([
            folder.path("in"), "-o", folder.path("out"), "--labels", folder.path("out/l.json"),
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(folder.files(in: "out") == ["a.png", "c.png", "deep/b.png", "l.json"])
        let result = try ImageFile.read(folder.url.appending(path: "out/a.png")).image
        #expect(result.width == 11 && result.height == 8 && result.channels == .rgb)
        let grey = try ImageFile.read(folder.url.appending(path: "out/c.png"))
        #expect(grey.image.channels == .greyAlpha && grey.bitsPerSample == 16)

        let labels = try labels("out/l.json")
        #expect(labels["recipe"] as? String == "real-esrgan" && labels["seed"] as? Int == 0)
        let images = try #require(labels["images"] as? [[String: Any]])
        #expect(images.count == 3)
        for image in images {
            let steps = try #require(image["steps"] as? [[String: Any]])
            let kinds = steps.compactMap { $0["step"] as? String }
            #expect(kinds.count == steps.count)
            #expect(kinds.filter { $0 == "resize" }.count == 2)
            #expect(kinds.filter { $0 == "final resize" }.count == 1)
            #expect(kinds.filter { $0 == "jpeg" }.count == 2)
            #expect(kinds.filter { $0.hasSuffix("noise") }.count == 2)
            let isLast = try #require(image["jpeg_last"] as? Bool)
            #expect(isLast == (kinds.last == "jpeg"))
        }
    }

    @Test("single steps in their order, with what was asked for in the label")
    func steps() throws {
        let input = try folder.writePicture("a.png", width: 60, height: 40)
        let outcome = try run([
            input, "-o", folder.path("b.png"), "--jpeg", "40", "--noise", "10", "--poisson", "0.5",
            "--blur", "2.0", "--blur-down", "1", "--blur-angle", "90", "--blur-shape", "plateau",
            "--blur-beta", "1.5", "--sinc", "2", "--resize", "0.5", "--resize-method", "area",
            "--grey-noise", "--json", "--labels", folder.path("l.json"),
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let record = try #require(try outcome.objects().first)
        #expect(record["status"] as? String == "written")
        #expect(record["output_width"] as? Int == 30 && record["output_height"] as? Int == 20)
        let steps = try #require(record["steps"] as? [[String: Any]])
        #expect(
            steps.compactMap { $0["step"] as? String } == [
                "blur", "sinc", "resize", "gaussian noise", "poisson noise", "jpeg",
            ])
        #expect(steps[0]["sigma_x"] as? Double == 2 && steps[0]["sigma_y"] as? Double == 1)
        #expect(abs((steps[0]["angle"] as? Double ?? 0) - .pi / 2) < 1e-12)
        #expect(steps[3]["sigma_8_bit"] as? Double == 10 && steps[3]["grey"] as? Bool == true)
        #expect(steps[5]["quality"] as? Int == 40)
        let labels = try labels("l.json")
        #expect(labels["recipe"] == nil)
        #expect((labels["images"] as? [[String: Any]])?.count == 1)
    }

    @Test("noise has the deviation asked for, and a picture without steps' effect stays equal")
    func effect() throws {
        let plain = Image(width: 96, height: 64, channels: .rgb, filledWith: 128 / 255)
        let input = try folder.write(ImageFile.encode(plain, as: .png), "a.png")
        #expect(try run([input, "-o", folder.path("b.png"), "--noise", "10"]).status == 0)
        let noisy = try ImageFile.read(folder.url.appending(path: "b.png")).image
        let noise = zip(noisy.pixels, plain.pixels).map { Double($0 - $1) * 255 }
        let deviation = (noise.reduce(0) { $0 + $1 * $1 } / Double(noise.count)).squareRoot()
        // 18,432 samples: half a per cent; rounding to levels adds less than a thousandth.
        #expect(abs(deviation - 10) < 0.3)
        #expect(try run([input, "-o", folder.path("c.png"), "--noise", "0"]).status == 0)
        #expect(try ImageFile.read(folder.url.appending(path: "c.png")).image == plain)
    }

    @Test("the same seed gives the same bytes: alone, in a folder, renamed, on any threads")
    func seeds() throws {
        let input = try folder.writePicture("in/a.png", width: 64, height: 48)
        try folder.writePicture("in/b.png", width: 64, height: 40)
        try FileManager.default.copyItem(atPath: input, toPath: folder.path("other.png"))
        func make(_ input: String, _ output: String, _ more: [String]) throws -> Data {
            let outcome = try run([folder.path(input), "-o", folder.path(output)] + more)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try bytes(output)
        }
        let one = try make("in/a.png", "1.png", ["--seed", "7", "--threads", "1"])
        #expect(try make("other.png", "2.png", ["--seed", "7", "--threads", "3"]) == one)
        #expect(try make("in/a.png", "1.png", ["--seed", "8"]) != one)
        #expect(
            try run([folder.path("in"), "-o", folder.path("all"), "--seed", "7"]).status == 0)
        #expect(try bytes("all/a.png") == one)
        let piped = try run(["-", "-o", "-", "--seed", "7"], input: bytes("in/a.png"))
        #expect(piped.output == one)
    }

    @Test("a recipe of one's own by path, with another scale")
    func ownRecipe() throws {
        let recipe = """
            {"format_version": 1, "name": "plain", "scale": 2, "minimum_side": 1, "rounds": [],
             "final": {"methods": ["bicubic"], "jpeg_last_probability": 0}}
            """
        let file = try folder.write(Data(recipe.utf8), "plain.recipe.json")
        let input = try folder.writePicture("a.png", width: 24, height: 20)
        let common = [input, "-o", folder.path("b.png"), "--recipe", file]
        #expect(try run(common).status == 0)
        let resized = try Program().run([
            "resize", input, "-o", folder.path("c.png"), "--scale", "0.5",
        ])
        #expect(resized.status == 0)
        let (ours, theirs) = (
            try ImageFile.read(folder.url.appending(path: "b.png")).image,
            try ImageFile.read(folder.url.appending(path: "c.png")).image
        )
        // `resize` rounds between its passes.
        for (a, b) in zip(ours.pixels, theirs.pixels) { #expect(abs(a - b) < 1.01 / 255) }
        #expect(try run(common + ["--scale", "3"]).status == 0)
        #expect(try ImageFile.read(folder.url.appending(path: "b.png")).image.width == 8)
        // By name, below the home.
        try folder.write(Data(recipe.utf8), "home/Prompts/plain.recipe.json")
        let named = [
            input, "-o", folder.path("d.png"), "--recipe", "plain", "--home", folder.path("home"),
        ]
        #expect(try run(named).status == 0)
        #expect(try ImageFile.read(folder.url.appending(path: "d.png")).image.width == 12)
    }

    @Test("recipes that are absent or wrong end with their statuses, and nothing is written")
    func badRecipes() throws {
        let input = try folder.writePicture("a.png")
        let broken = try folder.write(Data(#"{"format_version": 1}"#.utf8), "broken.json")
        let later = try folder.write(Data(#"{"format_version": 9}"#.utf8), "later.json")
        for (recipe, status, words) in [
            ("nothing", 69, "real-esrgan"), (folder.path("no.json"), 66, "no.json"),
            (broken, 78, "is missing"), (later, 78, "format_version is 9"),
            (input, 78, "not valid JSON"),
        ] as [(String, Int32, String)] {
            let outcome = try run([input, "-o", folder.path("b.png"), "--recipe", recipe])
            #expect(outcome.status == status, "\(recipe): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
        #expect(folder.files() == ["a.png", "broken.json", "later.json"])
    }

    @Test("one bad file does not stop a folder; the labels hold what was done")
    func hostile() throws {
        try folder.writePicture("in/a.png")
        let whole = try bytes("in/a.png")
        try folder.write(whole.prefix(whole.count / 2), "in/half.png")
        try folder.write(Data(), "in/none.png")
        try folder.writePicture("in/one.png", width: 1, height: 1)
        let outcome = try run([
            folder.path("in"), "-o", folder.path("out"), "--labels", folder.path("l.json"),
            "--json",
        ])
        #expect(outcome.status == 65)
        #expect(folder.files(in: "out") == ["a.png", "one.png"])
        #expect((try labels("l.json")["images"] as? [Any])?.count == 2)
        let states = try outcome.objects().compactMap { $0["status"] as? String }
        #expect(states == ["written", "failed", "failed", "written"])
        #expect(
            try ImageFile.read(folder.url.appending(path: "out/one.png")).image.width == 1)
    }

    @Test("labels never replace a picture or a folder")
    func labelPlaces() throws {
        let input = try folder.writePicture("a.png")
        let before = try bytes("a.png")
        for (labels, status) in [
            (input, 64), (folder.path("b.png"), 64), (folder.url.path, 73),
        ] as [(String, Int32)] {
            let outcome = try run([
                input, "-o", folder.path("b.png"), "--noise", "1", "--labels", labels,
            ])
            #expect(outcome.status == status, "\(outcome.errors)")
        }
        #expect(try bytes("a.png") == before)
        #expect(folder.files() == ["a.png"])
    }
}
