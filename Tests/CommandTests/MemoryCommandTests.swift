import Foundation
import Imaging
import TestSupport
import Testing

/// A folder with tiny networks and pictures, and `promptscaler memory` in it.
struct MemoryWorkplace {
    let folder: TemporaryFolder

    init(pictures: Int = 5, width: Int = 330, height: Int = 260) throws {
        folder = try TemporaryFolder()
        try TinyModel.writeAutoencoder(below: folder.url.appending(path: "home"))
        try TinyClassifier.write(below: folder.url.appending(path: "home"))
        for number in 0..<pictures {
            try writeNoise("corpus/\(number).png", width: width, height: height, seed: number)
        }
    }

    /// Writes a picture with something to see everywhere.
    @discardableResult
    func writeNoise(
        _ name: String, width: Int, height: Int, seed: Int, contrast: Float = 1
    ) throws -> String {
        var random = SplitMix(seed: UInt64(seed) &* 77 &+ 5)
        var image = Image(width: width, height: height, channels: .rgb, filledWith: 0.5)
        for scale in [50, 12, 3] {
            let columns = width / scale + 1
            let rows = height / scale + 1
            let grid = random.floats(
                columns * rows * 3, in: -0.16 * contrast...0.16 * contrast)
            for y in 0..<height {
                for x in 0..<width {
                    let cell = (y / scale * columns + x / scale) * 3
                    for c in 0..<3 { image.pixels[(y * width + x) * 3 + c] += grid[cell + c] }
                }
            }
        }
        return try folder.write(ImageFile.encode(image.clamped(), as: .png), name)
    }

    static let models = [
        "--autoencoder", "tiny-autoencoder", "--classifier", "tiny-classifier", "--precision",
        "f32",
    ]

    func arguments(_ command: String, _ arguments: [String], models: Bool = true) -> [String] {
        ["memory", command] + arguments + (models ? Self.models : [])
            + ["--home", folder.path("home")]
    }

    func run(
        _ command: String, _ arguments: [String], models: Bool = true
    ) throws -> Program.Outcome {
        try Program().run(self.arguments(command, arguments, models: models))
    }

    func build(_ name: String, _ more: [String] = [], corpus: String = "corpus") throws
        -> Program.Outcome
    {
        try run(
            "build",
            [folder.path(corpus), "-o", folder.path(name), "--initial", "60", "--size", "20"] + more
        )
    }

    func bytes(_ memory: String) throws -> [String: Data] {
        var result: [String: Data] = [:]
        for name in folder.files(in: memory) {
            result[name] = try Data(contentsOf: folder.url.appending(path: "\(memory)/\(name)"))
        }
        return result
    }
}

@Suite("promptscaler memory")
struct MemoryCommandTests {
    let place: MemoryWorkplace
    var folder: TemporaryFolder { place.folder }

    init() throws { place = try MemoryWorkplace() }

    @Test("a build says what it found, and 1 and 2 threads make the same bytes")
    func build() throws {
        try folder.write(Data("no picture".utf8), "corpus/broken.png")
        try FileManager.default.copyItem(
            atPath: folder.path("corpus/1.png"), toPath: folder.path("corpus/again.png"))
        let outcome = try place.build("one", ["--threads", "1", "--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try #require(try outcome.objects().first)
        #expect(report["files"] as? Int == 7 && report["exact_duplicates"] as? Int == 1)
        #expect((report["unreadable"] as? [[String: Any]])?.count == 1)
        #expect(report["entries"] as? Int == 20 && report["candidates"] as? Int == 60)
        let other = try place.build("two", ["--threads", "2"])
        #expect(other.status == 0)
        #expect(other.errors.contains("broken.png") && other.errors.contains("20 entries"))
        #expect(try place.bytes("one") == place.bytes("two"))
        #expect(try place.bytes("one").count == 5)
        #expect(try folder.contents() == ["corpus", "home", "one", "two"])
    }

    @Test("a memory that is there is replaced only when it is asked for")
    func overwrite() throws {
        #expect(try place.build("m").status == 0)
        let before = try place.bytes("m")
        let refused = try place.build("m", ["--seed", "3"])
        #expect(refused.status == 73 && refused.errors.contains("--overwrite"))
        #expect(try place.bytes("m") == before)
        #expect(try place.build("m", ["--seed", "3", "--overwrite"]).status == 0)
        #expect(try place.bytes("m") != before)
    }

    @Test("a dry run tells what is in the corpus and writes nothing")
    func dryRun() throws {
        let before = folder.files()
        let outcome = try place.build("m", ["--dry-run"])
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("5 files") && outcome.text.contains("60 patches would be"))
        #expect(folder.files() == before)
    }

    @Test("licences are read from a table, filtered, told and removed again")
    func licences() throws {
        let csv = """
            file,split,license,license_url,author,source_repo,original_path
            0.png,train,CC-BY-4.0,https://l/by,"Ann, B.",o/r,a.jpg
            1.png,train,CC0-1.0,https://l/0,Bob,o/r,b.jpg
            2.png,val,CC0-1.0,https://l/0,Bob,o/r,c.jpg
            3.png,train,,,,,

            """
        let table = try folder.write(Data(csv.utf8), "t.csv")
        let options = [
            "--licence", table, "--where", "split=train", "--column",
            "origin=https://e/{source_repo}/{original_path}",
        ]
        let outcome = try place.build("m", options + ["--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try #require(try outcome.objects().first)
        #expect(report["filtered"] as? Int == 2 && report["pictures"] as? Int == 3)

        let attribution = try place.run("attribution", [folder.path("m")], models: false)
        #expect(attribution.text.contains("| 0.png | Ann, B. | https://e/o/r/a.jpg |"))
        #expect(attribution.text.contains("## unknown") && attribution.text.contains("## CC0-1.0"))
        #expect(
            attribution.output == (try Data(contentsOf: folder.file("m/ATTRIBUTION.md"))))

        let removed = try place.run(
            "remove", [folder.path("m"), "--licence", "cc-by-*"], models: false)
        #expect(removed.status == 0 && removed.text.contains("0.png (CC-BY-4.0)"))
        let after = try place.run("attribution", [folder.path("m")], models: false)
        #expect(!after.text.contains("0.png") && after.text.contains("1.png"))
        let info = try place.run("info", [folder.path("m"), "--json"], models: false)
        let licences = try #require(try info.objects().first?["licences"] as? [String: Int])
        #expect(Set(licences.keys) == ["CC0-1.0", "unknown"])
        #expect(
            try place.run("verify", [folder.path("m")]).status == 0)
        let only = try place.build(
            "only", options + ["--only-licence", "CC0-1.0,CC-BY-SA-*", "--json"])
        #expect(try only.objects().first?["pictures"] as? Int == 1)
    }

    @Test("shards are merged, pictures added, and the memory is whole after each")
    func edit() throws {
        for index in 1...2 {
            let outcome = try place.build("s\(index)", ["--shard", "\(index)/2"])
            // A shard may get no picture of five.
            if outcome.status != 0 { return #expect(outcome.status == 66) }
        }
        let merged = try place.run(
            "merge", [folder.path("s1"), folder.path("s2"), "-o", folder.path("m")], models: false)
        #expect(merged.status == 0 && merged.errors.contains("20 entries"), "\(merged.errors)")
        try place.writeNoise("more/new.png", width: 400, height: 300, seed: 99, contrast: 6)
        let added = try place.run(
            "add", [folder.path("m"), folder.path("more"), folder.path("corpus"), "--json"])
        #expect(added.status == 0, "\(added.errors)")
        #expect(try added.objects().first?["entries"] as? Int ?? 0 > 0)
        let verified = try place.run("verify", [folder.path("m")])
        #expect(verified.status == 0 && !verified.text.contains("✘"), "\(verified.text)")
        #expect(verified.text.contains("keys: made again"))
        #expect(try folder.contents().allSatisfy { !$0.hasPrefix(".") && !$0.contains("ing") })
    }

    @Test("a photo is answered with places, similarities and sources, and drawn")
    func query() throws {
        #expect(try place.build("m").status == 0)
        let photo = try place.writeNoise("photo.png", width: 60, height: 40, seed: 7)
        let json = try place.run("query", [folder.path("m"), photo, "--top", "3", "--json"])
        #expect(json.status == 0, "\(json.errors)")
        let patches = try json.objects()
        // 240×160 pixels in patches of 64 that are 48 apart.
        #expect(patches.count == 5 * 3)
        for patch in patches {
            let matches = try #require(patch["matches"] as? [[String: Any]])
            let similarities = matches.compactMap { $0["similarity"] as? Double }
            #expect(similarities.count == 3 && similarities == similarities.sorted(by: >))
            #expect(matches.allSatisfy { ($0["source"] as? String)?.hasSuffix(".png") == true })
        }
        let drawn = try place.run(
            "query", [folder.path("m"), photo, "--sheet", folder.path("q.png"), "--rows", "4"])
        #expect(drawn.status == 0 && drawn.output.isEmpty)
        let sheet = try ImageFile.read(folder.file("q.png")).image
        #expect(sheet.width == 16 + 72 * 9 && sheet.height == 8 + 88 * 4)
        let shown = try place.run(
            "show", [folder.path("m"), "-o", folder.path("s.png"), "--side", "32"])
        #expect(shown.status == 0)
        #expect(try ImageFile.read(folder.file("s.png")).image.width == 16 + 34 * 32)
    }

    @Test("tags of a service are asked for once, survive a failure, and steer a query")
    func tags() throws {
        let server = try FaultServer { request in
            // The service does not like small pictures.
            let isBad = (request.json["image"] as? String)?.count ?? 0 < 4000
            return [isBad ? .answer(400, "{}") : .answer(200, #"{"tags": ["cats", "sofa"]}"#)]
        }
        defer { server.stop() }
        try place.writeNoise("corpus/9.png", width: 66, height: 66, seed: 9, contrast: 0.05)
        let service = [
            "--tags-from", server.address + "/tags", "--tag-jobs", "2", "--cache",
            folder.path("cache.sqlite"), "--initial", "200", "--flat-below", "0",
        ]
        let built = try place.build("m", service)
        #expect(built.status == 0, "\(built.errors)")
        #expect(built.errors.contains("5 pictures tagged"), "\(built.errors)")
        #expect(built.errors.contains("9.png: ") && built.errors.contains("400"))
        #expect(server.requests.count == 6)
        #expect(try place.build("n", service).status == 0)
        // Only the one that failed is asked about again.
        #expect(server.requests.count == 7)
        #expect(try place.bytes("m") == place.bytes("n"))
        let photo = try place.writeNoise("photo.png", width: 60, height: 40, seed: 7)
        let query = [folder.path("m"), photo, "--json", "--tag-weight", "2", "--tags"]
        for (tags, share) in [("cat, dog", 1.0), ("dog", 0)] {
            let answer = try place.run("query", query + [tags])
            #expect(answer.status == 0)
            #expect(answer.errors.contains("No entry") == (share == 0))
            for patch in try answer.objects() {
                let matches = try #require(patch["matches"] as? [[String: Any]])
                #expect(matches.allSatisfy { $0["agreement"] as? Double == share })
            }
        }
        #expect(try place.run("query", query + ["a", "--tag-weight", "3"]).status == 64)
        server.stop()
        let dead = try place.build(
            "o",
            ["--tags-from", server.address + "/x", "--cache", folder.path("other.sqlite")])
        #expect(dead.status == 69 && dead.errors.contains("What is done is kept"))
    }

    @Test("what is wrong is said with its own status")
    func statuses() throws {
        #expect(try place.build("m").status == 0)
        #expect(try place.run("info", ["nowhere"], models: false).status == 69)
        #expect(try place.run("info", [folder.path("corpus")], models: false).status == 78)
        #expect(try place.build("n", corpus: "home").status == 66)
        #expect(try place.build("n", corpus: "nothing").status == 66)
        #expect(try place.build("n", ["--size", "100"]).status == 64)
        #expect(try place.build("n", ["--licence", folder.path("no.csv")]).status == 66)
        let bad = try folder.write(Data("file\na\na\n".utf8), "bad.csv")
        #expect(try place.build("n", ["--licence", bad]).status == 65)
        let none = try place.run(
            "remove", [folder.path("m"), "--source", "x*"], models: false)
        #expect(none.status == 66 && none.errors.contains("fits"))

        let index = folder.file("m/keys.faiss")
        let whole = try Data(contentsOf: index)
        try whole.dropLast(9).write(to: index)
        let cut = try place.run("info", [folder.path("m")], models: false)
        #expect(cut.status == 78 && cut.errors.contains("keys.faiss"))
        try whole.write(to: index)
        // Another classifier: another fingerprint.
        try TinyClassifier.write(below: folder.url.appending(path: "home"), seed: 2)
        let photo = try place.writeNoise("photo.png", width: 60, height: 40, seed: 7)
        let other = try place.run("query", [folder.path("m"), photo])
        #expect(other.status == 78 && other.errors.contains("was made with other models"))
    }

    @Test("a memory is found by its name below 'Memory'")
    func byName() throws {
        #expect(try place.build("home/Memory/mine").status == 0)
        let info = try place.run("info", ["mine"], models: false)
        #expect(info.status == 0 && info.text.hasPrefix("mine: 20 entries"))
        let missing = try place.run("info", ["yours"], models: false)
        #expect(missing.errors.contains("There is: mine"))
    }

    @Test("Ctrl-C keeps what is done, and the same command goes on")
    func interrupt() async throws {
        let place = try MemoryWorkplace(pictures: 12, width: 800, height: 700)
        let options = ["--initial", "1000", "--size", "100", "--threads", "1"]
        let command = place.arguments(
            "build", [place.folder.path("corpus"), "-o", place.folder.path("m")] + options)
        let run = try Program.Run(Program(), command)
        try await Self.wait {
            !run.process.isRunning || !place.folder.files(in: "m.building").isEmpty
        }
        try await Task.sleep(for: .milliseconds(300))
        run.process.interrupt()
        let outcome = try run.wait()
        if outcome.status == 0 { return }  // It was faster than the signal.
        #expect(outcome.status == 130 && outcome.errors.contains("is kept"))
        #expect(!place.folder.files().contains { $0.hasPrefix("m/") })
        let second = try Program().run(command)
        #expect(second.status == 0 && second.errors.contains("earlier run"))
        #expect(try Program().run(command + ["--overwrite"]).status == 0)
    }

    static func wait(until condition: () -> Bool) async throws {
        for _ in 0..<2000 where !condition() { try await Task.sleep(for: .milliseconds(5)) }
        try #require(condition())
    }
}
