internal import Foundation
internal import Imaging

/// Gathers the jobs of a ``BatchPlan``.
struct BatchPlanBuilder {
    private let output: URL
    private let format: ImageFormat?
    private(set) var jobs: [BatchJob] = []
    private(set) var rejected: [BatchPlan.Rejection] = []
    /// Names of the inputs by the path of their output.
    private var taken: [String: String] = [:]

    init(output: String, format: ImageFormat?) {
        self.output = URL(filePath: output)
        self.format = format
    }

    /// Adds a file, or every picture in a folder, with results inside the output folder.
    mutating func add(_ path: String) {
        guard FolderListing.isFolder(path) else {
            add(path, to: output.appending(path: resultName(of: URL(filePath: path))))
            return
        }
        let pictures = FolderListing.pictures(below: URL(filePath: path), except: output)
        if pictures.isEmpty { reject(path, .emptyFolder(path)) }
        for relative in pictures {
            let folder = (relative as NSString).deletingLastPathComponent
            let name = resultName(of: URL(filePath: relative))
            add(
                path.hasSuffix("/") ? path + relative : "\(path)/\(relative)",
                to: output.appending(path: folder.isEmpty ? name : "\(folder)/\(name)"))
        }
    }

    /// Adds one file with the name of its result.
    mutating func add(_ path: String, to result: URL) {
        let input = URL(filePath: path)
        guard FileManager.default.fileExists(atPath: path) else {
            return reject(path, .noInput(path))
        }
        guard format != nil || ImageFormat(fileExtension: result.pathExtension) != nil else {
            return reject(path, .unknownFormat(result.lastPathComponent))
        }
        if Self.isSameFile(input, result) { return reject(path, .replacesInput) }
        let key = result.standardizedFileURL.path
        if let other = taken[key] {
            // The same file named twice is one job, not a conflict.
            if !Self.isSameFile(URL(filePath: other), input) {
                reject(path, .sameOutput(other: other))
            }
            return
        }
        taken[key] = path
        jobs.append(BatchJob(input: input, output: result, name: path))
    }

    private mutating func reject(_ name: String, _ error: BatchError) {
        rejected.append(BatchPlan.Rejection(name: name, error: error))
    }

    /// The name of the input, with the extension of the format when one is asked for.
    private func resultName(of input: URL) -> String {
        let name = input.lastPathComponent
        guard let format, ImageFormat(fileExtension: input.pathExtension) != format else {
            return name
        }
        let stem = (name as NSString).deletingPathExtension
        return "\(stem).\(format.fileExtensions.first ?? format.rawValue)"
    }

    private static func isSameFile(_ a: URL, _ b: URL) -> Bool {
        a.resolvingSymlinksInPath().standardizedFileURL.path
            == b.resolvingSymlinksInPath().standardizedFileURL.path
    }
}
