public import Foundation
public import Imaging
public import ModelStore
internal import Regions
public import Tensors

/// Looks at photos and says how they were degraded.
///
/// ```swift
/// let prompter = try DegradationPrompter.load(from: store)
/// let report = try prompter.report(of: image)
/// print(report.prompt)  // slightly blurred, heavy JPEG compression
/// ```
public struct DegradationPrompter: Sendable {
    /// The network.
    public let network: IRPAD

    /// The types that the network knows, with the bank's words, in the network's order.
    public let kinds: [DegradationKind]

    /// The name of the bank's file in the folder `Prompts`.
    public static let bankFile = "degradation.json"

    /// The name of the model that is used when none is asked for.
    public static let standardModel = "irpad"

    /// The smallest side of a photo, in pixels, of which anything can be said.
    public static let smallestSide = 16

    /// Puts a network and a bank together.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - bank: The bank; types that the network was not trained on are passed over.
    /// - Throws: ``DegradationBankError`` when the bank lacks a type of the network, or has another
    ///   number of degrees for it.
    public init(network: IRPAD, bank: DegradationBank) throws(DegradationBankError) {
        let c = network.configuration
        var kinds: [DegradationKind] = []
        for (name, count) in zip(c.types, c.degrees) {
            guard let kind = bank.kinds.first(where: { $0.name == name }) else {
                throw DegradationBankError(
                    file: Self.bankFile,
                    reason: "it has no type '\(name)', which the network was trained on")
            }
            guard kind.degrees.count == count else {
                throw DegradationBankError(
                    file: Self.bankFile,
                    reason: "type '\(name)' has \(kind.degrees.count) degrees, and the network was "
                        + "trained on \(count). Train it again, or undo the change")
            }
            kinds.append(kind)
        }
        self.network = network
        self.kinds = kinds
    }

    /// Finds and loads the network and the bank.
    ///
    /// - Parameters:
    ///   - store: Where models lie; the bank lies in the folder `Prompts` beside `Models`.
    ///   - model: The network's name.
    ///   - bank: Another bank's file.
    /// - Returns: The prompter.
    /// - Throws: ``ModelStore/ModelError`` or ``DegradationBankError``.
    public static func load(
        from store: ModelStore, model: String = standardModel, bank: URL? = nil
    ) throws -> DegradationPrompter {
        let network = try IRPAD.load(store.model(named: model))
        let file = try bank ?? locatedBank(store)
        guard let data = try? Data(contentsOf: file) else {
            throw DegradationBankError(
                file: file.lastPathComponent, reason: "it cannot be read (\(file.path))")
        }
        let read = try DegradationBank(json: data, name: file.lastPathComponent)
        return try DegradationPrompter(network: network, bank: read)
    }

    private static func locatedBank(_ store: ModelStore) throws(DegradationBankError) -> URL {
        let places = store.roots.map { $0.appending(path: "Prompts/\(bankFile)") }
        for place in places where FileManager.default.fileExists(atPath: place.path) {
            return place
        }
        throw DegradationBankError(
            file: bankFile,
            reason: "not found in "
                + places.map { $0.deletingLastPathComponent().path }
                .joined(separator: ", "))
    }

    /// Judges a photo.
    ///
    /// - Parameters:
    ///   - image: Any channels; alpha is passed over, and grey is seen as colour.
    ///   - stride: Pixels from one region to the next, a multiple of 8.
    ///   - policy: Precision, and how many blocks are looked at at the same time. The report does not
    ///     depend on the number of threads.
    ///   - progress: Called with the share that is done, on the calling thread; what it throws stops
    ///     the work.
    /// - Returns: The report.
    /// - Throws: ``DegradationPromptError/tooSmall(width:height:)``; ``Tensors/ComputeError`` when
    ///   this processor cannot run the network; and what `progress` throws.
    public func report(
        of image: Image, stride: Int = 64, policy: ComputePolicy = .automatic(precision: .f32),
        progress: (Double) throws -> Void = { _ in }
    ) throws -> DegradationReport {
        precondition(stride > 0 && stride % IRPAD.stride == 0, "a stride of \(stride) pixels")
        guard min(image.width, image.height) >= Self.smallestSide else {
            throw DegradationPromptError.tooSmall(width: image.width, height: image.height)
        }
        let (c, size) = (network.configuration, image.featureSize)
        let grid = WindowGrid(
            height: size.height, width: size.width, side: c.window, stride: stride / IRPAD.stride,
            reach: network.encoder.reach)
        let scores = try scores(image, grid, policy, progress)
        let ranges = c.promptRanges
        var regions = ranges.map { _ in [[Double]]() }
        for start in Swift.stride(from: 0, to: scores.count, by: c.promptCount) {
            for (type, range) in ranges.enumerated() {
                regions[type].append(
                    RegionCombination.probabilities(
                        scores[start + range.lowerBound..<start + range.upperBound],
                        temperature: c.temperatures[type]))
            }
        }
        let judgements = kinds.enumerated().map { type, kind in
            DegradationJudgement(
                kind: kind, probabilities: RegionCombination.combined(regions[type]),
                threshold: Double(c.thresholds[type]))
        }
        let all = grid.windows.indices.flatMap { window in
            regions.flatMap { $0[window].map(Float.init) }
        }
        let map = DegradationMap(
            rowCount: grid.rowCount, columnCount: grid.columnCount, stride: stride,
            regionSide: c.window * IRPAD.stride, probabilities: all, ranges: ranges)
        return DegradationReport(
            judgements: judgements, map: map,
            embedding: embedding(judgements.map(\.probabilities)))
    }

    /// The tokens for the diffusion when each type's probabilities are given: by the network, or by a
    /// person who knows better.
    ///
    /// - Parameter probabilities: For each type the probabilities of its degrees.
    /// - Returns: `[T, D]`.
    public func embedding(_ probabilities: [[Double]]) -> [Float] {
        let size = network.configuration.embeddingSize
        var result: [Float] = []
        for (range, shares) in zip(network.configuration.promptRanges, probabilities) {
            for index in 0..<size {
                result.append(
                    zip(range, shares).reduce(Float(0)) {
                        $0 + network.promptEmbeddings[$1.0 * size + index] * Float($1.1)
                    })
            }
        }
        return result
    }

    /// The scores of all windows, `[M, P]`.
    private func scores(
        _ image: Image, _ grid: WindowGrid, _ policy: ComputePolicy,
        _ progress: (Double) throws -> Void
    ) throws -> [Float] {
        let count = network.configuration.promptCount
        var result = [Float](repeating: 0, count: grid.windows.count * count)
        try OrderedWorkers.run(count: grid.blocks.count, threads: policy.threads) {
            let context = try ComputeContext(policy: policy)
            return { number in
                let block = grid.blocks[number]
                let (top, left) = (
                    block.features.rows.lowerBound, block.features.columns.lowerBound
                )
                return try network.scores(
                    of: image.tensor(of: block.features, in: context),
                    block.windows.map { grid.windows[$0].relative(row: top, column: left) },
                    in: context)
            }
        } use: { number, scores in
            for (place, window) in grid.blocks[number].windows.enumerated() {
                for index in 0..<count {
                    result[window * count + index] = scores[place * count + index]
                }
            }
            try progress(Double(number + 1) / Double(grid.blocks.count))
        }
        return result
    }
}

/// What cannot be said of a photo, or not be understood.
public enum DegradationPromptError: Error, Equatable, CustomStringConvertible {
    /// It is smaller than ``DegradationPrompter/smallestSide``.
    case tooSmall(width: Int, height: Int)

    /// Words of a person that name no type of degradation.
    case unknownWords(String, types: [String])

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .tooSmall(let width, let height):
            "\(width)×\(height) pixels are too few to judge; both sides must have at least "
                + "\(DegradationPrompter.smallestSide)."
        case .unknownWords(let words, let types):
            "'\(words)' is no degradation; say a degree (no, light, medium, heavy) and one of "
                + "\(types.joined(separator: ", "))"
        }
    }
}
