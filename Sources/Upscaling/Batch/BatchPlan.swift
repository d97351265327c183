public import Foundation
public import Imaging

/// One file of a batch and where its result goes.
public struct BatchJob: Sendable, Equatable {
    /// The file to read.
    public let input: URL
    /// The file to write.
    public let output: URL
    /// What to call the input in messages: its path as the user would write it.
    public let name: String
}

/// What a command line of files and folders comes to: a job for each picture, or a reason why not.
///
/// Folders are searched in depth, and their structure is kept below the output folder. Hidden
/// files, files without the extension of a known format, and the output folder itself when it lies
/// inside an input are passed over. The order is that of the names, so it is always the same.
public struct BatchPlan: Sendable, Equatable {
    /// The jobs, no two of which write the same file.
    public let jobs: [BatchJob]
    /// Inputs for which there is no job.
    public let rejected: [Rejection]

    /// An input that cannot be done.
    public struct Rejection: Sendable, Equatable {
        /// The input's name in messages.
        public let name: String
        /// What is wrong with it.
        public let error: BatchError
    }

    /// Looks at the inputs and decides where each result goes.
    ///
    /// - Parameters:
    ///   - inputs: Files and folders as the user wrote them.
    ///   - output: A folder when there are several inputs, when an input is a folder, when a folder
    ///     of this name exists, or when it ends with a slash; otherwise a file.
    ///   - format: The format of all results; nil for the format of each input, or for that of
    ///     `output`'s extension when it is a file.
    /// - Returns: The jobs and what was left out.
    /// - Throws: ``BatchError/outputIsFile(_:)`` when a folder is needed and a file is there.
    public static func make(
        inputs: [String], output: String, format: ImageFormat?
    ) throws(BatchError) -> BatchPlan {
        var builder = BatchPlanBuilder(output: output, format: format)
        let isFolder =
            inputs.count > 1 || output.hasSuffix("/") || FolderListing.isFolder(output)
            || inputs.contains { FolderListing.isFolder($0) }
        if isFolder {
            if FileManager.default.fileExists(atPath: output), !FolderListing.isFolder(output) {
                throw .outputIsFile(output)
            }
            for input in inputs { builder.add(input) }
        } else if let input = inputs.first {
            builder.add(input, to: URL(filePath: output))
        }
        return BatchPlan(jobs: builder.jobs, rejected: builder.rejected)
    }
}

/// What can be wrong with the inputs and outputs of a batch.
public enum BatchError: Error, Equatable, Sendable {
    /// There is no such file or folder.
    case noInput(String)
    /// The file is there and cannot be read.
    case unreadable(String, reason: String)
    /// There is no picture in the folder.
    case emptyFolder(String)
    /// Several results need a folder, and a file has that name.
    case outputIsFile(String)
    /// The result of another input has the same name.
    case sameOutput(other: String)
    /// The result would replace its own input.
    case replacesInput
    /// The output's extension names no format that can be written.
    case unknownFormat(String)
}

extension BatchError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    public var description: String {
        switch self {
        case .noInput(let path): "\(path): no such file or folder"
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .emptyFolder(let path): "\(path): no PNG, JPEG or WebP files in this folder"
        case .outputIsFile(let path):
            "\(path) is a file; several results need a folder to go into"
        case .sameOutput(let other):
            "its result would have the same name as that of \(other); rename one of them"
        case .replacesInput: "the result would replace the file itself; choose another output"
        case .unknownFormat(let name):
            "\(name): the name ends with no known format; end it with .png, .jpg or .webp, or "
                + "give --format"
        }
    }
}
