public import Foundation

/// The recipes on this machine: files `Prompts/NAME.recipe.json` in a list of folders.
///
/// The roots are those of `ModelStore`. When two roots have a recipe of one name, the earlier wins.
public struct RecipeStore: Sendable {
    /// The folders that may hold `Prompts`, first choice first.
    public let roots: [URL]

    /// A store over some roots; folders that do not exist are passed over.
    ///
    /// - Parameter roots: See ``roots``.
    public init(roots: [URL]) {
        self.roots = roots
    }

    /// The ending of a recipe's file.
    private static let ending = ".recipe.json"

    /// Finds and reads a recipe.
    ///
    /// - Parameter name: A name such as "real-esrgan", or a path: with a slash in it, or ending
    ///   with `.json`.
    /// - Returns: The recipe.
    /// - Throws: ``DegradationError/noRecipe(name:searched:available:)``, or what is wrong with the
    ///   file.
    public func recipe(named name: String) throws(DegradationError) -> DegradationRecipe {
        if name.contains("/") || name.hasSuffix(".json") {
            return try DegradationRecipe(contentsOf: URL(filePath: name))
        }
        for folder in folders {
            let file = folder.appending(path: name + Self.ending)
            if FileManager.default.fileExists(atPath: file.path) {
                return try DegradationRecipe(contentsOf: file)
            }
        }
        throw .noRecipe(name: name, searched: folders.map(\.path), available: names())
    }

    /// The names of the recipes that are found, sorted.
    ///
    /// - Returns: Each name once.
    public func names() -> [String] {
        let files = folders.flatMap {
            (try? FileManager.default.contentsOfDirectory(atPath: $0.path)) ?? []
        }
        let recipes = files.filter { $0.hasSuffix(Self.ending) && !$0.hasPrefix(".") }
        return Set(recipes.map { String($0.dropLast(Self.ending.count)) }).sorted()
    }

    private var folders: [URL] { roots.map { $0.appending(path: "Prompts") } }
}
