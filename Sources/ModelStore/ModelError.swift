/// What can be wrong with a model folder.
///
/// Descriptions hold names of models and files, and of the folders searched, because these are
/// what the reader must change.
public enum ModelError: Error, Equatable, Sendable {
    /// No folder of that name was found.
    ///
    /// - Parameters:
    ///   - name: The name asked for.
    ///   - searched: The folders looked into, in order.
    ///   - available: Names of the models that are there.
    case notFound(name: String, searched: [String], available: [String])
    /// The manifest cannot be read, or says something impossible.
    case badManifest(model: String, reason: String)
    /// A file that the manifest lists is not there.
    case missingFile(model: String, file: String)
    /// A file is not the one that the manifest describes.
    case damaged(model: String, file: String, reason: String)
    /// The files are the ones described, but do not make a network that this program can run.
    case unfit(model: String, reason: String)
    /// The folder was written for a later version of this program.
    case laterFormat(model: String, version: Int, newestKnown: Int)
}

extension ModelError: CustomStringConvertible {
    /// What is wrong, where, and what to do about it.
    public var description: String {
        switch self {
        case .notFound(let name, let searched, let available):
            let folders = searched.map { "\n  \($0)" }.joined()
            let others =
                available.isEmpty
                ? "None of them holds a model." : "There is: \(available.joined(separator: ", "))."
            return """
                model '\(name)' was not found. \(others) Looked in:\(folders)
                Set PROMPTSCALER_HOME to the folder that holds 'Models', or give --model a folder.
                """
        case .badManifest(let model, let reason):
            return "model '\(model)': manifest.json is not right: \(reason)"
        case .missingFile(let model, let file):
            return "model '\(model)': \(file) is missing; fetch or copy the model again"
        case .damaged(let model, let file, let reason):
            return "model '\(model)': \(file) is damaged: \(reason); fetch or copy the model again"
        case .unfit(let model, let reason):
            return "model '\(model)' makes no network: \(reason)"
        case .laterFormat(let model, let version, let newestKnown):
            return """
                model '\(model)' has manifest version \(version), and this program knows versions \
                up to \(newestKnown); a newer PromptScaler reads it
                """
        }
    }
}
