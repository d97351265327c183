internal import ArgumentParser
internal import Foundation
internal import ModelStore

/// Where models are looked for.
struct ModelArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Folder that holds 'Models'. Default: PROMPTSCALER_HOME, and then the places that "
                + "'promptscaler models list' names.", valueName: "folder"))
    var home: String?

    /// The store over all places, in order of preference.
    var store: ModelStore { ModelStore(roots: Self.roots(home: home)) }

    /// The folders that may hold models, memories and recipes, in order of preference.
    ///
    /// - Parameter home: What the user asked for.
    /// - Returns: Every folder once.
    static func roots(home: String?) -> [URL] {
        let variable = ProcessInfo.processInfo.environment["PROMPTSCALER_HOME"]
        let homes = [home, variable].compactMap { $0 }.filter { !$0.isEmpty }
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let standard = ModelStore.standardRoots(
            home: homes.last.map { URL(filePath: $0) }, executable: executable,
            currentFolder: URL(filePath: FileManager.default.currentDirectoryPath))
        let first = homes.first.map { URL(filePath: $0) }
        return (first.map { [$0] } ?? []) + standard.filter { $0 != first }
    }
}
