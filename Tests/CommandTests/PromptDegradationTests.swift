import Foundation
import Imaging
import TestSupport
import Testing

@Suite("promptscaler prompt degradation")
struct PromptDegradationTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try TinyIRPAD.write(below: folder.url)
    }

    func run(_ arguments: [String], model: String = TinyIRPAD.name) throws -> Program.Outcome {
        try Program().run(
            ["prompt", "degradation"] + arguments + [
                "--home", folder.url.path, "--model", model,
            ])
    }

    @Test("one photo: one line, the prompt")
    func prompt() throws {
        let photo = try folder.writePicture("a.png", width: 70, height: 50)
        let outcome = try run([photo])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let known = ["no degradation to be seen", "unsure", "soft", "blurred", "noisy"]
        #expect(outcome.lines.count == 1)
        for word in (outcome.lines.first ?? "").components(separatedBy: ", ") {
            #expect(known.contains(word))
        }
    }

    @Test("JSON says everything, and the same with any number of threads")
    func json() throws {
        let photo = try folder.writePicture("a.png", width: 300, height: 200)
        let outcome = try run([photo, "--json", "--embedding", "--stride", "8", "--threads", "1"])
        let record = try #require(try outcome.objects().first)
        #expect(record["width"] as? Int == 300 && record["status"] as? String == "done")
        let findings = try #require(record["degradations"] as? [[String: Any]])
        #expect(findings.map { $0["type"] as? String } == ["blur", "noise"])
        for finding in findings {
            let chances = try #require(finding["probabilities"] as? [String: Double])
            #expect(abs(chances.values.reduce(0, +) - 1) < 1e-3)
            let degree = try #require(finding["degree"] as? String)
            #expect(chances[degree] == finding["confidence"] as? Double)
        }
        #expect((record["embedding"] as? [[Double]])?.map(\.count) == [16, 16])
        let threads = try run([photo, "--json", "--embedding", "--stride", "8", "--threads", "3"])
        #expect(threads.output == outcome.output)
    }

    @Test("a folder as a table, and what is no photo in it is reported")
    func table() throws {
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "in"), withIntermediateDirectories: true)
        _ = try folder.writePicture("in/a, b.png", width: 40, height: 40)
        _ = try folder.writePicture("in/grey.png", width: 40, height: 40, channels: .greyAlpha)
        _ = try folder.writePicture("in/small.png", width: 9, height: 40)
        _ = try folder.write(Data("no photo".utf8), "in/broken.jpg")
        let outcome = try run([folder.path("in"), "--csv"])
        #expect(outcome.status == 65)
        #expect(outcome.lines.count == 3)
        #expect(outcome.lines.first == "file,prompt,blur,blur confidence,noise,noise confidence")
        #expect(outcome.lines.contains { $0.hasPrefix("\"") && $0.contains("a, b.png\",") })
        #expect(outcome.errors.contains("9×40 pixels are too few to judge"))
        #expect(outcome.errors.contains("broken.jpg"))
    }

    @Test("the map is a picture with a panel for each type")
    func map() throws {
        let photo = try folder.writePicture("a.png", width: 200, height: 100)
        let outcome = try run([photo, "--map", folder.path("map.png")])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let map = try ImageFile.read(folder.url.appending(path: "map.png")).image
        #expect(map.width == 2 * 200 + 8 && map.height == 100)
    }

    @Test("--explain names types, ranges and chances")
    func explain() throws {
        let photo = try folder.writePicture("a.png", width: 40, height: 40)
        let outcome = try run([photo, "--explain"])
        #expect(outcome.lines.count == 3)
        #expect(outcome.text.contains("blur") && outcome.text.contains("heavy"))
        #expect(outcome.text.contains(" %"))
    }

    @Test("a bank that does not fit, none at all, and no such model: a clear error each")
    func wrong() throws {
        let photo = try folder.writePicture("a.png", width: 40, height: 40)
        let other = try folder.write(
            Data(TinyIRPAD.bank.replacingOccurrences(of: "\"blur\"", with: "\"haze\"").utf8),
            "mine.json")
        let misfit = try run([photo, "--bank", other])
        #expect(misfit.status == 78 && misfit.errors.contains("no type 'blur'"))
        let missing = try run([photo, "--bank", folder.path("none.json")])
        #expect(missing.status == 78 && missing.errors.contains("none.json: it cannot be read"))
        let model = try run([photo], model: "nonesuch")
        #expect(model.status == 69 && model.errors.contains("nonesuch"))
        for arguments in [
            [photo, "--json", "--csv"], [photo, "--embedding"], [photo, "--stride", "7"],
            [photo, photo + "x", "--map", "m.png"], [photo, "--map", "m.jpg"],
        ] {
            #expect(try run(arguments).status == 64)
        }
    }
}
