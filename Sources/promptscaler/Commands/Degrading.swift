internal import Degradations
internal import Foundation
internal import RandomDraws
internal import Imaging

/// Degrades one picture after the other.
struct Degrading {
    struct Result {
        let data: Data
        let label: DegradationLabels.Picture
        /// Size and steps in words.
        let summary: String
    }

    /// What is drawn from; nil when single steps are done.
    let recipe: DegradationRecipe?
    let scale: Int?
    let steps: StepArguments
    let seed: UInt64
    let threads: Int
    let quality: Int

    /// Decodes, degrades and encodes.
    ///
    /// - Parameters:
    ///   - source: The bytes of the file, which decide the draws.
    ///   - name: The input's name as the user wrote it.
    ///   - output: The output's name.
    ///   - format: What to write.
    ///   - progress: Called with the steps done and their number; may throw to stop.
    /// - Returns: The file and what was done.
    /// - Throws: What is wrong with the picture, or what `progress` throws.
    func run(
        _ source: Data, name: String, output: String, format: ImageFormat,
        progress: (Int, Int) throws -> Void
    ) throws -> Result {
        let decoded = try ImageFile.decode(source, name: (name as NSString).lastPathComponent)
        let (width, height) = (decoded.image.width, decoded.image.height)
        let draws = DrawSource(seed: seed, content: source)
        let degradation =
            recipe?.draw(width: width, height: height, scale: scale, source: draws)
            ?? DrawnDegradation(steps: steps.steps(width: width, height: height), source: draws)
        let total = degradation.steps.count + 1
        let image = try decoded.image.degraded(by: degradation, threads: threads) {
            try progress($0, total)
        }
        try progress(total - 1, total)
        let bits = format == .png && decoded.bitsPerSample > 8 ? 16 : 8
        let data = try ImageFile.encode(
            image, as: format, options: EncodingOptions(bitsPerSample: bits, quality: quality),
            metadata: decoded.metadata)
        let label = DegradationLabels.Picture(
            input: name, output: output, inputSize: (width, height),
            outputSize: (image.width, image.height), format: format, degradation: degradation)
        return Result(
            data: data, label: label,
            summary: "\(image.width)×\(image.height), \(degradation.steps.count) steps")
    }
}

/// The file of labels, written once at the end.
struct Labelling {
    private let path: String?
    private var labels: DegradationLabels

    /// Finds out before any work is done whether the file can be written.
    ///
    /// - Parameters:
    ///   - path: The file; nil for none.
    ///   - recipe: The recipe's name.
    ///   - seed: The seed.
    ///   - others: Files that it must not replace.
    /// - Throws: ``CommandError`` when the file is one of `others` or a folder.
    init(path: String?, recipe: String?, seed: UInt64, others: [String]) throws {
        self.path = path
        labels = DegradationLabels(recipe: recipe, seed: seed)
        guard let path else { return }
        let file = URL(filePath: path)
        let place = file.resolvingSymlinksInPath().standardizedFileURL.path
        for other in others where other != "-" {
            let taken = URL(filePath: other).resolvingSymlinksInPath().standardizedFileURL.path
            if taken == place {
                throw CommandError(
                    .usage, "\(path): the labels would replace a picture; choose another file")
            }
        }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        {
            throw CommandError(.cannotCreate, "\(path): this is a folder; --labels needs a file")
        }
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    }

    mutating func add(_ picture: DegradationLabels.Picture) { labels.images.append(picture) }

    /// Writes the file, if one is wanted.
    func write() throws {
        if let path { try Streams.write(labels.data(), to: path) }
    }
}

/// One line of `degrade --json`.
struct DegradeRecord: Encodable {
    let label: DegradationLabels.Picture

    private enum CodingKeys: String, CodingKey { case status }

    func encode(to encoder: any Encoder) throws {
        try label.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("written", forKey: .status)
    }
}
