import Foundation
import Testing

@testable import ModelStore

@Suite("Finding models")
struct ModelStoreTests {
    let models: TemporaryModels

    init() throws { models = try TemporaryModels() }

    @Test("a model is found by its name in the first root that has it")
    func firstRootWins() throws {
        let first = models.root.appending(path: "first")
        let second = models.root.appending(path: "second")
        try models.write("promptsr-x4", weights: "one", under: first)
        try models.write("promptsr-x4", weights: "two", under: second)
        try models.write("promptsr-x2", scale: 2, under: second)
        let store = ModelStore(roots: [models.root.appending(path: "none"), first, second])
        #expect(try store.model(named: "promptsr-x4").url.path.contains("/first/"))
        #expect(try store.model(named: "promptsr-x2").url.path.contains("/second/"))
        #expect(store.all().map(\.name) == ["promptsr-x2", "promptsr-x4"])
    }

    @Test("a family gives its scales, a full name that scale alone")
    func families() throws {
        try models.write("promptsr-x4")
        try models.write("promptsr-x2", scale: 2)
        try models.write("promptsr-star-x3", family: "promptsr-star", scale: 3)
        let store = ModelStore(roots: [models.root])
        #expect(try store.scales(ofFamily: "promptsr").keys.sorted() == [2, 4])
        #expect(try store.scales(ofFamily: "promptsr-x2").keys.sorted() == [2])
        #expect(try store.scales(ofFamily: "promptsr-star").keys.sorted() == [3])
    }

    @Test("an unknown name tells the folders searched and the models there are")
    func unknown() throws {
        try models.write("promptsr-x4")
        let store = ModelStore(roots: [models.root])
        let expected = ModelError.notFound(
            name: "promtsr", searched: [models.root.appending(path: "Models").path],
            available: ["promptsr-x4"])
        #expect(throws: expected) { try store.model(named: "promtsr") }
        #expect(expected.description.contains(models.root.path))
    }

    @Test("a name cannot lead out of the roots", arguments: ["../outside", "..", ".", "a/b"])
    func names(name: String) throws {
        try models.write("x", under: models.root.appending(path: "Models/a"))
        try models.write("../outside") { $0["name"] = "outside" }
        let store = ModelStore(roots: [models.root])
        #expect(throws: ModelError.self) { try store.model(named: name) }
    }

    @Test("the standard roots are the home, the share folder, the program's parents, here")
    func standardRoots() {
        let roots = ModelStore.standardRoots(
            home: URL(filePath: "/data"), executable: URL(filePath: "/a/b/bin/promptscaler"),
            currentFolder: URL(filePath: "/a/b"))
        #expect(
            roots.map(\.path) == ["/data", "/a/b/share/promptscaler", "/a/b/bin", "/a/b", "/a"])
    }
}

@Suite("Model folders")
struct ModelFolderTests {
    let models: TemporaryModels

    init() throws { models = try TemporaryModels() }

    @Test("SHA-256 of the standard's own examples")
    func digest() {
        #expect(
            Digest.sha256(Data())
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            Digest.sha256(Data("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("an untouched model passes")
    func whole() throws {
        let folder = try ModelFolder(at: models.write("promptsr-x4"))
        try folder.verify()
        #expect(folder.manifest.scale == 4)
        #expect(folder.manifest.fingerprint == folder.manifest.computedFingerprint)
    }

    @Test("a changed byte of the same length is damage")
    func changed() throws {
        let folder = try ModelFolder(at: models.write("promptsr-x4"))
        try Data("weightz".utf8).write(to: folder.weightsURL)
        #expect(
            throws: ModelError.damaged(
                model: "promptsr-x4", file: "weights.safetensors",
                reason: "its SHA-256 is not the one in the manifest")
        ) { try folder.verify() }
    }

    @Test("a file cut short is damage, and says both sizes")
    func short() throws {
        let folder = try ModelFolder(at: models.write("promptsr-x4"))
        try Data("weig".utf8).write(to: folder.weightsURL)
        #expect(
            throws: ModelError.damaged(
                model: "promptsr-x4", file: "weights.safetensors", reason: "it has 4 bytes, not 7")
        ) { try folder.verify() }
    }

    @Test("a missing file is named")
    func missing() throws {
        let folder = try ModelFolder(at: models.write("promptsr-x4"))
        try FileManager.default.removeItem(at: folder.weightsURL)
        #expect(
            throws: ModelError.missingFile(model: "promptsr-x4", file: "weights.safetensors")
        ) { try folder.verify() }
    }

    @Test("a later manifest version is refused by its number, whatever else it holds")
    func later() throws {
        let url = try models.write("promptsr-x4") { $0 = ["format_version": 7] }
        #expect(
            throws: ModelError.laterFormat(model: "promptsr-x4", version: 7, newestKnown: 1)
        ) { try ModelFolder(at: url) }
    }

    @Test(
        "contradictions in a manifest are refused",
        arguments: [
            ("name", "other", "lies in the folder"),
            ("fingerprint", "0", "fingerprint"),
            ("licence", nil, "'licence' is missing"),
            ("scale", "0", "wrong type"),
            ("files", nil, "'files' is missing"),
        ] as [(String, String?, String)])
    func contradictions(key: String, value: String?, reason: String) throws {
        let url = try models.write("promptsr-x4") { $0[key] = value }
        let error = #expect(throws: ModelError.self) { try ModelFolder(at: url) }
        guard case .badManifest(_, let told) = error else {
            Issue.record("not a bad manifest: \(String(describing: error))")
            return
        }
        #expect(told.contains(reason))
    }

    @Test(
        "a file name that leads out of the folder is refused", arguments: ["../x", "/x", ".x", ""])
    func outside(name: String) throws {
        let url = try models.write("promptsr-x4") { manifest in
            manifest["files"] = [["name": name, "bytes": 1, "sha256": "0"]]
        }
        let error = #expect(throws: ModelError.self) { try ModelFolder(at: url) }
        #expect(error?.description.contains("not the name of a file") == true)
    }

    @Test("text that is not JSON is refused")
    func notJSON() throws {
        let url = try models.write("promptsr-x4")
        try Data("{".utf8).write(to: url.appending(path: "manifest.json"))
        #expect(
            throws: ModelError.badManifest(model: "promptsr-x4", reason: "it is not JSON")
        ) { try ModelFolder(at: url) }
    }
}
