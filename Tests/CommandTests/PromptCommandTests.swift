import Foundation
import Locks
import TestSupport
import Testing

/// A folder with photos, a service, and `promptscaler prompt` between them.
struct PromptWorkplace {
    let folder: TemporaryFolder
    let server: FaultServer
    var program = Program()

    init(answer: @escaping @Sendable (ServedRequest) -> [FaultServer.Step]) throws {
        folder = try TemporaryFolder()
        server = try FaultServer(answer: answer)
        let template = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Prompts/semantic.json")
        try folder.write(Data(contentsOf: template), "home/Prompts/semantic.json")
        program.environment["XDG_CACHE_HOME"] = folder.path("cache")
        program.environment["XDG_CONFIG_HOME"] = folder.path("config")
    }

    /// Writes photos that differ.
    func writePhotos(_ count: Int) throws {
        for number in 0..<count {
            try folder.writePicture("photos/\(number).png", width: 16 + number, height: 12)
        }
    }

    var services: [String] {
        ["--describe-url", server.address + "/v1", "--describe-model", "llava"]
    }

    func arguments(_ rest: [String]) -> [String] {
        ["prompt", "semantic", "--home", folder.path("home")] + rest
    }

    func semantic(_ rest: [String]) throws -> Program.Outcome {
        try program.run(arguments(rest))
    }

    /// A service that does as it should.
    static func answer(_ request: ServedRequest) -> FaultServer.Step {
        switch request.path {
        case "/tags": .answer(200, #"{"tags": "cat | sofa"}"#)
        case "/v1/models": .answer(200, #"{"data": [{"id": "llava"}]}"#)
        default: .answer(200, #"{"choices": [{"message": {"content": "A cat on a sofa."}}]}"#)
        }
    }
}

@Suite("prompt", .timeLimit(.minutes(2)))
struct PromptCommandTests {
    @Test("one photo: tags and description on stdout, as text and as JSON, paid for once")
    func single() throws {
        let place = try PromptWorkplace { [PromptWorkplace.answer($0)] }
        defer { place.server.stop() }
        let photo = try place.folder.writePicture("cat.jpg")
        let services = place.services + ["--tag-url", place.server.address + "/tags"]
        let outcome = try place.semantic([photo] + services)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.text == "tags: cat, sofa\ndescription: A cat on a sofa.\n")
        let again = try place.semantic([photo, "--json", "--offline"] + services)
        let record = try #require(try again.objects().first)
        #expect(record["input"] as? String == photo)
        #expect(record["status"] as? String == "made")
        let bundle = try #require(record["bundle"] as? [String: Any])
        #expect(bundle["tags"] as? [String] == ["cat", "sofa"])
        #expect(place.server.requests.count == 2)
    }

    @Test("a folder: bundles in its structure; what was edited stays; --overwrite makes it again")
    func folders() throws {
        let place = try PromptWorkplace { [PromptWorkplace.answer($0)] }
        defer { place.server.stop() }
        try place.writePhotos(3)
        try place.folder.writePicture("photos/more/a.jpg")
        try place.folder.write(Data("no picture".utf8), "photos/bad.png")
        let arguments =
            [place.folder.path("photos"), "--bundle", place.folder.path("out")] + place.services
        let outcome = try place.semantic(arguments)
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("bad.png"))
        #expect(
            place.folder.files(in: "out")
                == ["0.png", "1.png", "2.png", "more/a.jpg"].map { $0 + ".prompt.json" })
        let file = place.folder.url.appending(path: "out/1.png.prompt.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("A cat on a sofa", with: "A dog on a rug").utf8).write(to: file)
        let again = try place.semantic(arguments + ["--json"])
        let records = try again.objects().filter { $0["status"] as? String == "kept" }
        #expect(records.count == 4)
        #expect(again.text.contains("A dog on a rug"))
        _ = try place.semantic(arguments + ["--overwrite"])
        #expect(try String(contentsOf: file, encoding: .utf8).contains("A cat on a sofa"))
        #expect(place.server.requests.count == 4)
        // A bundle of another photo is not taken for this one's.
        try place.folder.writePicture("photos/1.png", width: 99)
        #expect(try place.semantic(arguments).errors.contains("another photo"))
    }

    @Test("Ctrl-C ends after the requests in work, kill at once; the rest is asked for next time")
    func interrupted() async throws {
        // Requests beyond this number wait, so that no run is over before it is interrupted.
        let allowed = Guarded(12)
        let count = Guarded(0)
        let place = try PromptWorkplace { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            while number > allowed.withLock({ $0 }) { usleep(1000) }
            return [PromptWorkplace.answer(request)]
        }
        defer {
            allowed.withLock { $0 = .max }
            place.server.stop()
        }
        try place.writePhotos(60)
        let arguments = place.arguments(
            [place.folder.path("photos"), "--bundle", place.folder.path("out"), "--jobs", "4"]
                + place.services)
        for signal in [SIGINT, SIGKILL] {
            let run = try Program.Run(place.program, arguments)
            let open = allowed.withLock { $0 } + 4
            while place.server.requests.count < open, run.process.isRunning {
                try await Task.sleep(for: .milliseconds(2))
            }
            kill(run.process.processIdentifier, signal)
            while signal == SIGINT, run.process.isRunning {
                try await Task.sleep(for: .milliseconds(300))
                allowed.withLock { $0 += 4 }
            }
            let outcome = try run.wait()
            if signal == SIGINT { #expect(outcome.status == 130) }
            allowed.withLock { $0 = count.withLock { $0 } + 8 }
        }
        allowed.withLock { $0 = .max }
        let asked = place.server.requests.count
        #expect(asked < 60)
        #expect(place.folder.files(in: "out").allSatisfy { $0.hasSuffix(".png.prompt.json") })
        let last = try place.program.run(arguments)
        #expect(last.status == 0, "\(last.errors)")
        #expect(place.folder.files(in: "out").count == 60)
        // What Ctrl-C left was all there; only the four open at the kill may be asked twice.
        #expect(place.server.requests.count <= 64)
        #expect(place.server.mostOpen <= 4)
        #expect(Set(place.server.requests.map(\.body)).count == 60)
    }

    @Test("services of the configuration file and the environment; keys of files, never shown")
    func configuration() throws {
        let place = try PromptWorkplace { request in
            request.header("Authorization") == "Bearer sk-FROMFILE"
                ? [PromptWorkplace.answer(request)]
                : [.answer(401, #"{"error": {"message": "bad key sk-FROMENV"}}"#)]
        }
        defer { place.server.stop() }
        let photo = try place.folder.writePicture("cat.png")
        let key = try place.folder.write(Data("sk-FROMFILE\n".utf8), "key")
        let json = """
            {"describe": {"url": "\(place.server.address)/v1", "model": "llava", \
            "key_file": "\(key)"}}
            """
        try place.folder.write(Data(json.utf8), "config/promptscaler/config.json")
        let outcome = try place.semantic([photo])
        #expect(outcome.status == 0, "\(outcome.errors)")
        var other = place
        other.program.environment["PROMPTSCALER_API_KEY"] = "sk-FROMENV"
        let refused = try other.semantic([photo, "--no-cache"])
        #expect(refused.status == 69)
        #expect(refused.errors.contains("401") && refused.errors.contains("(key)"))
        #expect(!(refused.errors + refused.text).contains("FROMENV"))
        try place.folder.write(
            Data(#"{"describe": {"api_key": "sk-1"}}"#.utf8), "config/promptscaler/config.json")
        let wrong = try place.semantic([photo])
        #expect(wrong.status == 78)
        #expect(wrong.errors.contains("api_key") && wrong.errors.contains("key_file"))
    }

    @Test("a proxy of the environment is used, and not for what no_proxy names")
    func proxy() throws {
        let place = try PromptWorkplace { [PromptWorkplace.answer($0)] }
        defer { place.server.stop() }
        let photo = try place.folder.writePicture("cat.png")
        var proxied = place
        proxied.program.environment["http_proxy"] = place.server.address
        let arguments = [
            photo, "--describe-url", "http://service.invalid/v1", "--describe-model", "m",
        ]
        #expect(try proxied.semantic(arguments).status == 0)
        #expect(
            place.server.requests.last?.path == "http://service.invalid/v1/chat/completions")
    }

    @Test("what goes wrong has its status and says where")
    func failures() throws {
        let place = try PromptWorkplace { _ in [.answer(200, "<html>hello")] }
        defer { place.server.stop() }
        let photo = try place.folder.writePicture("cat.png")
        let html = try place.semantic([photo] + place.services)
        #expect(html.status == 69 && html.errors.contains("web page"))
        #expect(html.output.isEmpty)
        let json = try place.semantic([photo, "--json"] + place.services)
        #expect(try json.objects().first?["exit_status"] as? Int == 69)
        #expect(try place.semantic([photo]).status == 64)
        #expect(try place.semantic([photo, "--describe-url", "localhost"]).status == 64)
        #expect(try place.semantic(["nowhere.png"] + place.services).status == 66)
        #expect(try place.semantic([photo, "--offline"] + place.services).status == 69)
        let url = "http://user:pw@h/"
        let password = try place.semantic([photo, "--describe-url", url])
        #expect(password.status == 64 && !password.errors.contains("pw"))
    }

    @Test("cache info counts, cache clear forgets")
    func cache() throws {
        let place = try PromptWorkplace { [PromptWorkplace.answer($0)] }
        defer { place.server.stop() }
        let photo = try place.folder.writePicture("cat.png")
        _ = try place.semantic([photo] + place.services)
        let info = try place.program.run(["prompt", "cache", "info", "--json"])
        #expect(try info.objects().first?["answers"] as? Int == 1)
        let clear = try place.program.run(["prompt", "cache", "clear"])
        #expect(clear.text == "1 answers forgotten\n")
        _ = try place.semantic([photo] + place.services)
        #expect(place.server.requests.count == 2)
        try place.folder.write(
            Data(repeating: 65, count: 5000), "cache/promptscaler/prompts.sqlite")
        #expect(try place.semantic([photo] + place.services).status == 73)
        #expect(try place.program.run(["prompt", "cache", "clear"]).status == 0)
        #expect(try place.semantic([photo] + place.services).status == 0)
    }

    @Test("doctor says whether the services are there")
    func doctor() throws {
        let place = try PromptWorkplace { [PromptWorkplace.answer($0)] }
        defer { place.server.stop() }
        try TinyModel.write(below: place.folder.url.appending(path: "home"))
        let home = ["doctor", "--home", place.folder.path("home")]
        let right = try place.program.run(home + place.services)
        #expect(right.text.contains("✔ describe 127.0.0.1:\(place.server.port) (openai): llava"))
        let closed = try ClosedPort()
        defer { withExtendedLifetime(closed) {} }
        let wrong = try place.program.run(
            home + ["--tag-url", "http://127.0.0.1:\(closed.number)/tags"])
        #expect(wrong.text.contains("✘ tag 127.0.0.1:\(closed.number)"))
        #expect(wrong.status != 0)
    }
}
