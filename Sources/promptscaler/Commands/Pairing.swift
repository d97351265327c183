internal import Foundation
internal import Imaging
internal import Upscaling

/// A picture to judge, and its reference if there is one.
struct ImagePair: Equatable {
    let reference: URL?
    let restored: URL
}

/// How `evaluate` finds out which files belong together.
enum PairingRule: Equatable {
    /// Equal names, extensions aside.
    case name
    /// The first with the first, both folders sorted by name.
    case order
    /// Equal names after taking one ending off the references and another off the restored.
    case suffixes(reference: String, restored: String)

    /// Reads the value of `--suffix`, such as `_HR:_LR`.
    init?(suffixes text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self = .suffixes(reference: String(parts[0]), restored: String(parts[1]))
    }

    /// What two files must have in common, or nil for a file that takes no part.
    fileprivate func key(_ file: URL, isReference: Bool) -> String? {
        let stem = file.deletingPathExtension().lastPathComponent
        guard case .suffixes(let reference, let restored) = self else { return stem }
        let suffix = isReference ? reference : restored
        return stem.hasSuffix(suffix) ? String(stem.dropLast(suffix.count)) : nil
    }
}

/// Pairs of files, and the references for which there is no partner.
struct Pairing: Equatable {
    private(set) var pairs: [ImagePair] = []
    private(set) var lonely: [URL] = []

    /// Two files, or the pictures directly inside two folders.
    ///
    /// - Throws: ``BatchError`` when one of them is missing or empty, or ``CommandError`` when a
    ///   file shall be compared with a folder or two references have the same name.
    init(reference: String, restored: String, rule: PairingRule) throws {
        let references = try Self.files(at: reference)
        let candidates = try Self.files(at: restored)
        switch (references, candidates) {
        case (.file(let reference), .file(let restored)):
            pairs = [ImagePair(reference: reference, restored: restored)]
        case (.folder(let references), .folder(let candidates)):
            try pair(references, candidates, by: rule)
        default:
            throw CommandError(.usage, "compare two files or two folders, not one with the other")
        }
    }

    /// A file, or the pictures directly inside a folder, without references.
    ///
    /// - Throws: ``BatchError`` when it is missing or empty.
    init(alone path: String) throws {
        switch try Self.files(at: path) {
        case .file(let file): pairs = [ImagePair(reference: nil, restored: file)]
        case .folder(let files): pairs = files.map { ImagePair(reference: nil, restored: $0) }
        }
    }

    private mutating func pair(_ references: [URL], _ candidates: [URL], by rule: PairingRule)
        throws
    {
        if rule == .order {
            guard references.count == candidates.count else {
                throw CommandError(
                    .usage,
                    "\(references.count) references and \(candidates.count) restored pictures "
                        + "cannot be paired by order")
            }
            pairs = zip(references, candidates).map { ImagePair(reference: $0, restored: $1) }
            return
        }
        var byKey: [String: URL] = [:]
        for file in candidates {
            guard let key = rule.key(file, isReference: false) else { continue }
            if let other = byKey.updateValue(file, forKey: key) {
                throw CommandError(
                    .usage,
                    "\(other.lastPathComponent) and \(file.lastPathComponent) are both a partner "
                        + "for the same reference")
            }
        }
        for file in references {
            guard let key = rule.key(file, isReference: true) else { continue }
            if let partner = byKey[key] {
                pairs.append(ImagePair(reference: file, restored: partner))
            } else {
                lonely.append(file)
            }
        }
    }

    private enum Place {
        case file(URL)
        case folder([URL])
    }

    private static func files(at path: String) throws -> Place {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw BatchError.noInput(path)
        }
        let url = URL(filePath: path)
        guard isFolder.boolValue else { return .file(url) }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw BatchError.unreadable(path, reason: error.localizedDescription)
        }
        let pictures = names.sorted().map { url.appending(path: $0) }
            .filter { ImageFormat(fileExtension: $0.pathExtension) != nil }
        if pictures.isEmpty { throw BatchError.emptyFolder(path) }
        return .folder(pictures)
    }
}
