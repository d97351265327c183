public import Foundation

/// The models on this machine, looked for in a list of folders.
///
/// A root is a folder that holds `Models`, and `Models` holds one folder for each model. When two
/// roots have a model of the same name, the earlier root wins.
public struct ModelStore: Sendable {
    /// The folders that may hold `Models`, first choice first.
    public let roots: [URL]

    /// A store over some roots; folders that do not exist are passed over.
    ///
    /// - Parameter roots: See ``roots``.
    public init(roots: [URL]) {
        self.roots = roots
    }

    /// The roots in the order in which the project's programs look at them.
    ///
    /// The executable's parents come with it so that a program run from its build folder finds
    /// the models of its source tree.
    ///
    /// - Parameters:
    ///   - home: The value of `PROMPTSCALER_HOME`, or nil when it is not set.
    ///   - executable: The running program, symbolic links resolved.
    ///   - currentFolder: The working folder.
    /// - Returns: Every root once.
    public static func standardRoots(home: URL?, executable: URL?, currentFolder: URL) -> [URL] {
        var roots = home.map { [$0] } ?? []
        if let executable {
            var folder = executable.deletingLastPathComponent().standardizedFileURL
            roots.append(folder.deletingLastPathComponent().appending(path: "share/promptscaler"))
            while folder.path != "/" {
                roots.append(folder)
                folder.deleteLastPathComponent()
            }
        }
        roots.append(currentFolder)
        var seen = Set<String>()
        return roots.filter { seen.insert($0.standardizedFileURL.path).inserted }
    }

    /// The folders that are searched: `Models` in each root.
    public var searchedFolders: [URL] { roots.map { $0.appending(path: "Models") } }

    /// Finds a model by its full name.
    ///
    /// - Parameter name: The name of the model's folder, such as "promptsr-x4".
    /// - Returns: The folder, its manifest read; call ``ModelFolder/verify()`` before use.
    /// - Throws: ``ModelError/notFound(name:searched:available:)``, or what is wrong with the
    ///   manifest found.
    public func model(named name: String) throws(ModelError) -> ModelFolder {
        // A name with a folder in it could lead anywhere.
        if !name.contains("/"), name != "..", name != "." {
            for folder in searchedFolders {
                let candidate = folder.appending(path: name)
                if Self.holdsManifest(candidate) { return try ModelFolder(at: candidate) }
            }
        }
        throw notFound(name)
    }

    /// Every scale at which a model is there.
    ///
    /// - Parameter family: The family's name, such as "promptsr"; a full name such as
    ///   "promptsr-x4" selects that one alone.
    /// - Returns: The folders by their scale, at least one. Folders whose manifest is wrong are
    ///   passed over unless they are named in full.
    /// - Throws: ``ModelError/notFound(name:searched:available:)`` when there is none.
    public func scales(ofFamily family: String) throws(ModelError) -> [Int: ModelFolder] {
        var found: [Int: ModelFolder] = [:]
        for case .success(let model) in all().map(\.model) where model.manifest.family == family {
            if let scale = model.manifest.scale, found[scale] == nil { found[scale] = model }
        }
        if found.isEmpty {
            let model = try model(named: family)
            guard let scale = model.manifest.scale else { throw notFound(family) }
            found[scale] = model
        }
        return found
    }

    /// One folder that calls itself a model.
    public struct Entry: Sendable {
        /// The folder's name.
        public let name: String
        /// Where it lies.
        public let url: URL
        /// The model, or what is wrong with its manifest.
        public let model: Result<ModelFolder, ModelError>
    }

    /// Every model found, sorted by name; damaged manifests are in the list with their error.
    public func all() -> [Entry] {
        var entries: [String: Entry] = [:]
        for folder in searchedFolders {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            for name in names where entries[name] == nil {
                let candidate = folder.appending(path: name)
                guard Self.holdsManifest(candidate) else { continue }
                let model = Result { () throws(ModelError) in try ModelFolder(at: candidate) }
                entries[name] = Entry(name: name, url: candidate, model: model)
            }
        }
        return entries.values.sorted { $0.name < $1.name }
    }

    private func notFound(_ name: String) -> ModelError {
        .notFound(
            name: name, searched: searchedFolders.map(\.path), available: all().map(\.name))
    }

    private static func holdsManifest(_ folder: URL) -> Bool {
        FileManager.default.fileExists(
            atPath: folder.appending(path: ModelFolder.manifestFile).path)
    }
}
