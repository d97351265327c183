import Foundation
import Imaging
import Locks
import SemanticPrompts
import TestSupport
import Testing
import Transfer

@Suite("Prompter", .timeLimit(.minutes(2)))
struct PrompterTests {
    @Test(
        "photo, tags, instruction with tags, description, bundle; the second time nobody is asked")
    func wholeWay() async throws {
        let place = try PromptPlace { [PromptPlace.wellBehaved($0)] }
        defer { place.server.stop() }
        let (photo, image) = PromptPlace.photo(1)
        let prompter = try place.prompter(client: PromptPlace.client())
        let bundle = try await prompter.bundle(for: photo, image: image)
        #expect(bundle.tags == ["cat", "sofa"])
        #expect(bundle.description == "A cat sits on a sofa.")
        #expect(bundle.photo == photo)
        #expect(bundle.models?.tags?.name == "ram")
        #expect(bundle.models?.description?.name == "llava")
        #expect(bundle.timings?.requests == 2)
        #expect(bundle.notes == nil)
        #expect(place.server.requests.map(\.path) == ["/tags", "/v1/chat/completions"])
        let asked = String(decoding: place.server.requests[1].body, as: UTF8.self)
        #expect(asked.contains("An image tagger saw: cat, sofa."))

        let again = try await prompter.bundle(for: photo, image: image)
        #expect(again.timings?.remembered == 2 && again.timings?.requests == 0)
        let offline = try await place.prompter(client: nil).bundle(for: photo, image: image)
        #expect(offline.description == bundle.description)
        #expect(place.server.requests.count == 2)
        await #expect(throws: PromptError.self) {
            let (other, image) = PromptPlace.photo(2)
            return try await place.prompter(client: nil).bundle(for: other, image: image)
        }
    }

    @Test("ten who want the same at once are one request of each kind")
    func coalescing() async throws {
        let place = try PromptPlace { [.wait(.milliseconds(30)), PromptPlace.wellBehaved($0)] }
        defer { place.server.stop() }
        let prompter = try place.prompter(client: PromptPlace.client(8))
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    let (photo, image) = PromptPlace.photo(3)
                    return try await prompter.bundle(for: photo, image: image).description
                }
            }
            for try await text in group { #expect(text == "A cat sits on a sofa.") }
        }
        #expect(place.server.requests.count == 2)
    }

    @Test("the only model is found by itself; several are named")
    func models() async throws {
        let several = Guarded(false)
        let place = try PromptPlace { request in
            request.path == "/v1/models" && several.withLock { $0 }
                ? [.answer(200, #"{"data": [{"id": "a"}, {"id": "b"}]}"#)]
                : [PromptPlace.wellBehaved(request)]
        }
        defer { place.server.stop() }
        let (photo, image) = PromptPlace.photo(4)
        let client = try PromptPlace.client()
        let bundle = try await place.prompter(client: client, tags: false, model: nil)
            .bundle(for: photo, image: image)
        #expect(bundle.models?.description?.name == "only-one")
        // Without the service, the model is the one whose answers are remembered.
        _ = try await place.prompter(client: nil, tags: false, model: nil)
            .bundle(for: photo, image: image)
        several.withLock { $0 = true }
        await #expect(
            throws: PromptError.noModel(
                host: "127.0.0.1:\(place.server.port)", available: ["a", "b"])
        ) {
            try await place.prompter(client: client, tags: false, model: nil)
                .bundle(for: photo, image: image)
        }
    }

    @Test("a refusal is a note and not a description, and is not paid for again")
    func refusal() async throws {
        let place = try PromptPlace { request in
            request.path == "/tags"
                ? [.answer(200, #"{"tags": []}"#)]
                : [PromptPlace.said("I'm sorry, but I can't help with that.")]
        }
        defer { place.server.stop() }
        let (photo, image) = PromptPlace.photo(5)
        for _ in 0..<2 {
            let bundle = try await place.prompter(client: PromptPlace.client())
                .bundle(for: photo, image: image)
            #expect(bundle.description.isEmpty && bundle.tags.isEmpty)
            #expect(bundle.notes?.count == 2)
            #expect(bundle.notes?.last?.contains("declined") == true)
        }
        #expect(place.server.requests.count == 2)
        // Without tags the instruction does not speak of any.
        let asked = String(decoding: place.server.requests[1].body, as: UTF8.self)
        #expect(!asked.contains("tagger") && !asked.contains("None"))
    }

    @Test(
        "what cannot be used is an error, is not remembered, and is not asked again by itself",
        arguments: [
            "<html><body>Welcome to the hotel</body></html>", #"{"choices": [{"message": {"con"#,
            #"{"error": {"message": "broken"}}"#, #"{"choices":[{"message":{"content":""}}]}"#, "",
        ])
    func badAnswers(body: String) async throws {
        let place = try PromptPlace { _ in [.answer(200, body)] }
        defer { place.server.stop() }
        let (photo, image) = PromptPlace.photo(6)
        for (tags, describes) in [(true, false), (false, true)] {
            await #expect(throws: PromptError.self) {
                try await place.prompter(
                    client: PromptPlace.client(), tags: tags, describes: describes
                ).bundle(for: photo, image: image)
            }
        }
        #expect(place.server.requests.count == 2)
        #expect(try place.cache.information().answers == 0)
    }

    @Test("parts of a photo have prompts of their own")
    func regions() async throws {
        let place = try PromptPlace { [PromptPlace.wellBehaved($0)] }
        defer { place.server.stop() }
        let image = TestPicture.waves(width: 30, height: 20)
        let photo = PromptBundle.Photo(sha256: "r", width: 300, height: 200)
        let bundle = try await place.prompter(client: PromptPlace.client())
            .bundle(for: photo, image: image, grid: PhotoGrid("2x2"))
        let regions = try #require(bundle.regions)
        #expect(regions.map(\.x) == [0, 150, 0, 150])
        #expect(regions.map(\.y) == [0, 0, 100, 100])
        #expect(regions.allSatisfy { $0.width == 150 && $0.height == 100 && $0.tags.count == 2 })
        #expect(place.server.requests.count == 10)
    }

    @Test(
        "nothing private leaves: no path, no EXIF, no XMP, no profile, and the key in one line only"
    )
    func privacy() async throws {
        let place = try PromptPlace { [PromptPlace.wellBehaved($0)] }
        defer { place.server.stop() }
        // A file with everything in it that could betray somebody.
        let marks = ["SECRETPLACE", "SECRETCAMERA", "SECRETPROFILE"]
        let metadata = ImageMetadata(
            icc: nil, exif: Data("Exif\0\0\(marks[1])".utf8),
            xmp: Data("<x:xmpmeta>\(marks[0])</x:xmpmeta>".utf8))
        let file = try place.folder.write(
            try ImageFile.encode(
                TestPicture.waves(width: 40, height: 30), as: .png, metadata: metadata),
            "holiday-of-jane/SECRETNAME.png")
        let data = try Data(contentsOf: URL(filePath: file))
        #expect(data.range(of: Data(marks[0].utf8)) != nil)
        let image = try ImageFile.decode(data, name: "SECRETNAME.png").image
        let bundle = try await place.prompter(client: PromptPlace.client(), key: "sk-SECRETKEY")
            .bundle(for: PromptBundle.Photo(sha256: "x", width: 40, height: 30), image: image)
        #expect(place.server.requests.count == 2)
        for request in place.server.requests {
            var sent = [request.raw]
            // The pictures, too, as bytes.
            let text = String(decoding: request.body, as: UTF8.self)
            for match in text.matches(of: /[A-Za-z0-9+\/]{200,}=*/) {
                let jpeg = try #require(Data(base64Encoded: String(match.0)))
                #expect(jpeg.starts(with: [0xFF, 0xD8]))
                for segment: UInt8 in 0xE1...0xEF {
                    #expect(jpeg.range(of: Data([0xFF, segment, 0x00])) == nil)
                }
                sent.append(jpeg)
            }
            #expect(sent.count == 2)
            for bytes in sent {
                for word in marks + ["SECRETNAME", "jane", place.folder.url.path, "Exif", "xmp"] {
                    #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word)")
                }
            }
            let lines = String(decoding: request.raw, as: UTF8.self).components(separatedBy: "\r\n")
            #expect(
                lines.filter { $0.contains("SECRETKEY") } == ["Authorization: Bearer sk-SECRETKEY"])
        }
        let kept = try bundle.file() + Data(contentsOf: place.folder.file("prompts.sqlite"))
        for word in ["SECRETKEY", "SECRETNAME", "jane"] {
            #expect(kept.range(of: Data(word.utf8)) == nil)
        }
    }

    @Test(
        "200 photos, 8 at a time, a fifth of the answers failing: every one ends, none is paid twice"
    )
    func manyPhotos() async throws {
        let random = Guarded(SplitMix(seed: 11))
        let paid = Guarded<[Data: Int]>([:])
        let isHealthy = Guarded(false)
        let place = try PromptPlace { request in
            let draw = random.withLock { Int.random(in: 0..<25, using: &$0) }
            let isFault = draw < 5 && !isHealthy.withLock { $0 }
            if isFault {
                return switch draw {
                case 0: [.answer(500, #"{"error": {"message": "busy"}}"#)]
                case 1: [.answer(429, "{}", headers: ["Retry-After: 0"])]
                case 2: [.answer(200, "<html>")]
                case 3: [.text("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"), .close]
                default: [.answer(413, #"{"object": "error", "message": "large"}"#)]
                }
            }
            paid.withLock { $0[request.body, default: 0] += 1 }
            return [PromptPlace.wellBehaved(request)]
        }
        defer { place.server.stop() }

        func run() async throws -> (bundles: Int, errors: Int) {
            let prompter = try place.prompter(client: PromptPlace.client(8))
            return await withTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let (photo, image) = PromptPlace.photo(number)
                        return (try? await prompter.bundle(for: photo, image: image)) != nil
                    }
                }
                var (bundles, errors) = (0, 0)
                for await isBundle in group { if isBundle { bundles += 1 } else { errors += 1 } }
                return (bundles, errors)
            }
        }
        let first = try await run()
        #expect(first.bundles + first.errors == 200)
        #expect(first.errors > 10 && first.bundles > 100)
        #expect(place.server.mostOpen <= 8)

        isHealthy.withLock { $0 = true }
        let before = place.server.requests.count
        #expect(try await run() == (200, 0))
        // Tags, description, or both were missing for each that had failed, and nothing else.
        let asked = place.server.requests.count - before
        #expect(asked >= first.errors && asked <= 2 * first.errors)
        let counts = paid.withLock { $0 }
        #expect(counts.count == 400)
        #expect(counts.values.allSatisfy { $0 == 1 })
    }
}
