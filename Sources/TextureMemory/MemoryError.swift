/// What can be wrong with a memory, or with the wish to make or change one.
///
/// `memory` is a folder's name. Paths are those that the user gave.
public enum MemoryError: Error, Equatable, Sendable {
    /// No memory of that name was found.
    case notFound(name: String, searched: [String], available: [String])
    /// The folder holds no memory.
    case notAMemory(folder: String, reason: String)
    /// The folder was written by a later version of this program.
    case madeByNewerVersion(memory: String, version: Int, newestKnown: Int)
    /// A file of the memory is not there.
    case missingFile(memory: String, file: String)
    /// A file of the memory is cut short, or contradicts itself.
    case damaged(memory: String, file: String, reason: String)
    /// A file is whole, and is not the one that belongs to this memory.
    case otherFile(memory: String, file: String)
    /// The keys were made with other networks than those that would ask.
    case otherEncoder(memory: String, expected: EncoderFingerprint, found: EncoderFingerprint)
    /// Two memories cannot become one.
    case cannotMerge(first: String, second: String, reason: String)
    /// Something is there already.
    case outputExists(String)
    /// Another process writes to this folder.
    case inUse(String)
    /// Unfinished work of other parameters lies where this build would put its own.
    case otherBuild(folder: String, differences: [String])
    /// There is nothing to make a memory of.
    case nothingFound(reason: String)
    /// The tagger failed for every picture.
    case noTags(reason: String)
    /// A table of licences or tags cannot be used.
    case badTable(file: String, line: Int, reason: String)
    /// An option has a value that makes no sense.
    case badOption(name: String, reason: String)
    /// The networks gave something that is no patch.
    case badPatch(source: String, reason: String)
    /// A file or folder that was named does not exist.
    case missing(file: String)
    /// The system could not read a file.
    case unreadable(file: String, reason: String)
    /// The system could not write a file.
    case unwritable(file: String, reason: String)
}

extension MemoryError: CustomStringConvertible {
    /// What is wrong, where, and what to do about it.
    public var description: String {
        switch self {
        case .notFound(let name, let searched, let available):
            let folders = searched.map { "\n  \($0)" }.joined()
            let others =
                available.isEmpty
                ? "None of them holds a memory." : "There is: \(available.joined(separator: ", "))."
            return "memory '\(name)' was not found. \(others) Looked in:\(folders)"
        case .notAMemory(let folder, let reason):
            return "\(folder) is not a texture memory: \(reason)"
        case .madeByNewerVersion(let memory, let version, let newestKnown):
            return """
                memory '\(memory)' was made by a newer PromptScaler (format \(version); this one \
                knows formats up to \(newestKnown)); update the program
                """
        case .missingFile(let memory, let file):
            return "memory '\(memory)': \(file) is missing; copy or build the memory again"
        case .damaged(let memory, let file, let reason):
            return "memory '\(memory)': \(file) is damaged: \(reason); copy or build it again"
        case .otherFile(let memory, let file):
            return """
                memory '\(memory)': \(file) is not the file that this memory was written with; its \
                parts must come from one build. Copy the whole folder again
                """
        case .otherEncoder(let memory, let expected, let found):
            return """
                memory '\(memory)' was made with other models (\(found)) than those in use \
                (\(expected)); use the models it was made with, or build it again
                """
        case .cannotMerge(let first, let second, let reason):
            return "memories '\(first)' and '\(second)' cannot be merged: \(reason)"
        case .outputExists(let path):
            return "\(path) is there already; --overwrite replaces it, or choose another name"
        case .inUse(let path):
            return "\(path): another process is working on it; wait until it has ended"
        case .otherBuild(let folder, let differences):
            return """
                \(folder) holds an unfinished build with other parameters:
                \(differences.map { "  \($0)" }.joined(separator: "\n"))
                Start it with those again to go on, or with --restart to discard it
                """
        case .nothingFound(let reason):
            return "there is nothing to make a memory of: \(reason)"
        case .noTags(let reason):
            return """
                no picture could be given tags: \(reason). What is done is kept; start again when \
                the service is there, or without it
                """
        case .badTable(let file, let line, let reason):
            return line > 0 ? "\(file), line \(line): \(reason)" : "\(file): \(reason)"
        case .badOption(let name, let reason): return "\(name) \(reason)"
        case .badPatch(let source, let reason):
            return "\(source): the networks gave \(reason); nothing was written, please report this"
        case .missing(let file): return "\(file): there is no such file or folder"
        case .unreadable(let file, let reason): return "\(file): cannot be read: \(reason)"
        case .unwritable(let file, let reason): return "\(file): cannot be written: \(reason)"
        }
    }
}
