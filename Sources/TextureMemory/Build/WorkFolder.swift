internal import Foundation

/// The folder beside a memory in which the work for it is kept until it is done.
///
/// One process works in it at a time: it is locked as long as the value lives.
final class WorkFolder {
    let url: URL
    private let lock: FolderLock

    /// Opens or makes the folder, and checks that what is in it belongs to the same plan.
    ///
    /// - Parameters:
    ///   - url: The folder.
    ///   - plan: What is to be built.
    ///   - restarts: Whether to discard what is there.
    /// - Throws: ``MemoryError/inUse(_:)``, ``MemoryError/otherBuild(folder:differences:)``, or what
    ///   the file system says.
    init(_ url: URL, plan: BuildPlan, restarts: Bool) throws {
        self.url = url
        try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        lock = try FolderLock(url, name: url.lastPathComponent)
        if restarts { try empty() }
        let file = url.appending(path: BuildPlan.fileName)
        if let data = try? Data(contentsOf: file),
            let found = try? JSONDecoder().decode(BuildPlan.self, from: data)
        {
            let differences = try plan.differences(from: found)
            guard differences.isEmpty else {
                throw MemoryError.otherBuild(
                    folder: url.lastPathComponent, differences: differences)
            }
        } else {
            // No plan, or one of which nothing can be understood: a foreign folder is left alone.
            let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
            guard Set(names).isSubset(of: Self.ownFiles) else {
                throw MemoryError.outputExists(url.lastPathComponent)
            }
            try empty()
            try DurableFile.write(try plan.encoded(), to: file)
        }
    }

    /// Where a file of the work lies.
    func file(_ name: String) -> URL { url.appending(path: name) }

    /// Removes the folder, the work being done.
    func remove() throws {
        try empty()
        try FileManager.default.removeItem(at: url)
    }

    static let surveyFile = "survey.log"
    static let tagsFile = "tags.log"
    static let chosenFile = "chosen.json"
    static let encodedFile = "encoded.log"
    static let valuesFile = "values.f16"
    static let keysFile = "keys.f32"

    private static let ownFiles: Set<String> = [
        BuildPlan.fileName, surveyFile, tagsFile, chosenFile, encodedFile, valuesFile, keysFile,
        "." + BuildPlan.fileName + ".part", "." + chosenFile + ".part",
    ]

    private func empty() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
        for name in Self.inRemovalOrder(names.filter(Self.ownFiles.contains)) {
            try FileManager.default.removeItem(at: file(name))
            if name == BuildPlan.fileName { try DurableFile.synchronizeFolder(url) }
        }
    }

    /// The plan first: without it the rest counts for nothing, so a process that ends in between leaves
    /// no work of which a part is missing.
    static func inRemovalOrder(_ names: [String]) -> [String] {
        names.filter { $0 == BuildPlan.fileName }
            + names.filter { $0 != BuildPlan.fileName }.sorted()
    }
}
