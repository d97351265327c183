import Foundation
import TestSupport
import Testing

@Suite("promptscaler prompt PHOTO", .timeLimit(.minutes(2)))
struct PromptBothTests {
    let place: PromptWorkplace
    let photo: String

    init() throws {
        place = try PromptWorkplace { [PromptWorkplace.answer($0)] }
        try TinyIRPAD.write(below: place.folder.url.appending(path: "home"))
        photo = try place.folder.writePicture("cat.png", width: 70, height: 50)
    }

    func both(_ rest: [String], command: [String] = ["prompt"]) throws -> Program.Outcome {
        try place.program.run(
            command + rest + ["--home", place.folder.path("home"), "--model", TinyIRPAD.name])
    }

    var services: [String] { place.services + ["--tag-url", place.server.address + "/tags"] }

    func object(_ file: String) throws -> [String: Any] {
        let data = try Data(contentsOf: place.folder.file(file))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test("both kinds in one bundle; the report is that of 'prompt degradation'")
    func bundle() throws {
        defer { place.server.stop() }
        let outcome = try both([photo, "--bundle", place.folder.path("b.json")] + services)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let bundle = try object("b.json")
        #expect(bundle["tags"] as? [String] == ["cat", "sofa"])
        #expect(bundle["description"] as? String == "A cat on a sofa.")
        let alone = try both([photo, "--json"], command: ["prompt", "degradation"])
        let expected = try #require(try alone.objects().first)
        let report = try #require(bundle["degradation"] as? [String: Any])
        for key in ["prompt", "model_fingerprint", "degradations"] {
            #expect((report[key] as? NSObject) == (expected[key] as? NSObject), "\(key)")
        }
        #expect(report.count == 3)
        let text = try both([photo] + services, command: ["prompt", "both"])
        #expect(text.lines.first?.hasPrefix("degradation: ") == true)
        #expect(text.lines.dropFirst().first == "tags: cat, sofa")
        #expect(place.server.requests.count == 2)
    }

    @Test("without a service the report alone, which is said; what is missing is added later")
    func completed() throws {
        defer { place.server.stop() }
        let arguments = [photo, "--bundle", place.folder.path("b.json")]
        let alone = try both(arguments)
        #expect(alone.status == 0 && alone.errors.contains("No service is named"))
        #expect(place.server.requests.isEmpty)
        var bundle = try object("b.json")
        #expect(bundle["tags"] as? [String] == [] && bundle["models"] == nil)
        var report = try #require(bundle["degradation"] as? [String: Any])
        report["prompt"] = "as I see it"
        bundle["degradation"] = report
        bundle["negative"] = "mine"
        try JSONSerialization.data(withJSONObject: bundle)
            .write(to: place.folder.file("b.json"))
        let second = try both(arguments + services + ["--json"])
        let record = try #require(try second.objects().first)
        #expect(record["status"] as? String == "completed")
        let completed = try object("b.json")
        #expect(completed["description"] as? String == "A cat on a sofa.")
        #expect(completed["negative"] as? String == "mine")
        #expect(
            (completed["degradation"] as? [String: Any])?["prompt"] as? String == "as I see it")
        let third = try both(arguments + services + ["--json"])
        #expect(try third.objects().first?["status"] as? String == "kept")
        #expect(place.server.requests.count == 2)
    }

    @Test("a bundle of 'prompt semantic' gains the report, and nobody is asked")
    func semanticFirst() throws {
        defer { place.server.stop() }
        let bundle = ["--bundle", place.folder.path("b.json")]
        #expect(try place.semantic([photo] + bundle + services).status == 0)
        #expect(try object("b.json")["degradation"] == nil)
        #expect(try both([photo] + bundle + services).status == 0)
        #expect(try object("b.json")["degradation"] != nil)
        #expect(place.server.requests.count == 2)
    }

    @Test("a folder: one line of JSON for each photo, and what fails is reported with its name")
    func folder() throws {
        defer { place.server.stop() }
        for number in 0..<3 {
            try place.folder.writePicture("photos/\(number).png", width: 30 + number, height: 24)
        }
        try place.folder.writePicture("photos/tiny.png", width: 5, height: 5)
        try place.folder.write(Data("no picture".utf8), "photos/bad.png")
        let outcome = try both(
            [place.folder.path("photos"), "--json", "--bundle", place.folder.path("out")]
                + services)
        #expect(outcome.status == 65)
        let records = try outcome.objects()
        #expect(records.count == 5)
        #expect(records.filter { $0["status"] as? String == "made" }.count == 3)
        #expect(outcome.errors.contains("tiny.png") && outcome.errors.contains("bad.png"))
        #expect(
            place.folder.files(in: "out") == (0..<3).map { "\($0).png.prompt.json" })
    }
}
