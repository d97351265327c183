/// Why an image could not be read or written.
///
/// Every case names the file (its name, never its path) and its ``description`` says what went
/// wrong, where, and what can be done.
public enum ImageError: Error, Equatable, Sendable {
    /// No file of that name exists.
    case missing(file: String)
    /// A folder stands where a file was expected.
    case folder(file: String)
    /// The file may not be read or written by this user.
    case notPermitted(file: String)
    /// The system could not read the file.
    case unreadable(file: String, reason: String)
    /// The file has no bytes.
    case empty(file: String)
    /// The file's first bytes belong to no image format.
    case notAnImage(file: String)
    /// The file is an image, or something like one, of a kind that is not read.
    case unsupportedKind(file: String, kind: String)
    /// The file uses a feature of its format that is not supported.
    case unsupportedFeature(file: String, feature: String)
    /// The image is corrupt or cut short.
    case damaged(file: String, format: ImageFormat, reason: String)
    /// The header promises more pixels than the limit allows.
    case tooManyPixels(file: String, width: Int, height: Int, limit: Int)
    /// The image does not fit into the format it shall be written in.
    case cannotStore(format: ImageFormat, reason: String)
    /// The image has samples that are not numbers.
    case notANumber(x: Int, y: Int)
    /// The system could not write the file.
    case unwritable(file: String, reason: String)
}

extension ImageError: CustomStringConvertible {
    /// What went wrong, where, and what can be done.
    public var description: String {
        switch self {
        case .missing(let file):
            "\(file): there is no such file. Check the name and the folder."
        case .folder(let file):
            "\(file): this is a folder, not an image. Name a file."
        case .notPermitted(let file):
            "\(file): permission denied. Change the permissions of the file or of its folder."
        case .unreadable(let file, let reason):
            "\(file): the file cannot be read (\(reason)). Check the disk or the network folder."
        case .empty(let file):
            "\(file): the file is empty. Copy or download it again."
        case .notAnImage(let file):
            "\(file): this is not an image. PNG, JPEG and WebP can be read."
        case .unsupportedKind(let file, let kind):
            "\(file): \(kind) files cannot be read. Convert it to PNG, JPEG or WebP first."
        case .unsupportedFeature(let file, let feature):
            "\(file): \(feature). Convert it to a plain PNG, JPEG or WebP first."
        case .damaged(let file, let format, let reason):
            "\(file): the \(format.displayName) file is damaged (\(reason)). "
                + "Copy or download it again."
        case .tooManyPixels(let file, let width, let height, let limit):
            "\(file): \(width)×\(height) pixels are more than the limit of \(limit). "
                + "Raise the limit if you trust the file."
        case .cannotStore(let format, let reason):
            "The image cannot be stored as \(format.displayName): \(reason)."
        case .notANumber(let x, let y):
            "The image has a sample that is not a number, first at column \(x), row \(y). "
                + "Nothing was written; please report this."
        case .unwritable(let file, let reason):
            "\(file): the file cannot be written (\(reason)). "
                + "Check the folder, its permissions and the free space."
        }
    }
}

extension ImageFormat {
    /// The format's name as people write it.
    var displayName: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        case .webp: "WebP"
        }
    }
}
