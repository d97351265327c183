internal import ArgumentParser
internal import Foundation
internal import Imaging

/// `promptscaler evaluate`.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure pictures: PSNR, SSIM, HaarPSI, gradients and NIQE.",
        usage: """
            promptscaler evaluate <reference> <restored> [<options>]
            promptscaler evaluate <pictures> --niqe-model <file> [<options>]
            """,
        discussion: """
            Compares two files, or the files of two folders that have the same name, extensions \
            aside. Published figures are measured on Y (of MATLAB's YCbCr), with as many pixels \
            left out along each edge as the scale says, on 8 bits; these are the defaults for ×4. \
            Channel and border stand in every output, because figures mean nothing without them.

            PSNR, SSIM and HaarPSI are higher for what is closer to the original. Gradients are \
            the energy of the differences between neighbours, relative to the original: under 1 \
            is softer, over 1 sharper or noisier. NIQE is lower for what looks more like an \
            undistorted photo. It needs no original, but its published model, which is not part of \
            this program: niqe_pris_params.npz of the BasicSR project.

            EXAMPLES
              promptscaler evaluate original.png restored.png
              promptscaler evaluate HR/ restored/ --border 2 --csv
              Files named img_001_SRF_4_HR.png and img_001_SRF_4_LR.png:
                promptscaler evaluate Set5/ restored/ --suffix _HR:_LR
              promptscaler evaluate restored/ --niqe-model niqe_pris_params.npz
            """)

    enum Channel: String, ExpressibleByArgument, CaseIterable { case y, rgb }
    enum Pair: String, ExpressibleByArgument, CaseIterable { case name, order }

    @Argument(
        help: ArgumentHelp(
            "The original and the picture to judge, or a folder of each; or only the latter.",
            valueName: "pictures"))
    var pictures: [String]

    @Option(
        help: ArgumentHelp(
            "Measure NIQE too, with the model in this .npz file.", valueName: "file"),
        completion: .file(extensions: ["npz"]))
    var niqeModel: String?

    @Option(help: "What PSNR and SSIM compare: the luma Y, or red, green and blue.")
    var channel: Channel = .y

    @Option(
        help: ArgumentHelp(
            "Pixels left out along each edge; by custom the scale.", valueName: "pixels"))
    var border = 4

    @Option(help: "How files of folders are paired: by their names, or first with first.")
    var pair: Pair = .name

    @Option(
        help: ArgumentHelp(
            "Pair by name after taking one ending off the originals and another off the restored.",
            valueName: "ref:res"))
    var suffix: String?

    @Flag(help: "Print a line of JSON for each pair, and one for the mean.")
    var json = false

    @Flag(help: "Print comma-separated values.")
    var csv = false

    func validate() throws {
        if pictures.count > 2 {
            throw ValidationError("Give one or two files or folders, not \(pictures.count).")
        }
        if pictures.count == 1 && niqeModel == nil {
            throw ValidationError(
                "Give the original and the restored picture; without an original, only NIQE can "
                    + "be measured, with --niqe-model.")
        }
        if json && csv { throw ValidationError("Give --json or --csv, not both.") }
        if border < 0 { throw ValidationError("--border must be 0 or more, not \(border).") }
        if let suffix, PairingRule(suffixes: suffix) == nil {
            throw ValidationError("--suffix must look like _HR:_LR, not '\(suffix)'.")
        }
    }

    func run() throws {
        let model = try niqeModel.map { try PristineModel(contentsOf: URL(filePath: $0)) }
        let options = QualityOptions(
            channel: QualityOptions.Channel(rawValue: channel.rawValue) ?? .y, border: border)
        let measurement = QualityMeasurement(options: options, model: model)
        let table = QualityTable(
            style: json ? .json : csv ? .csv : .text, options: options,
            compares: pictures.count == 2, hasNaturalness: model != nil)
        let pairing = try pairing()
        var failure: Int32?

        table.begin()
        var rows: [QualityRow] = []
        for pair in pairing.pairs {
            do {
                let row = try measurement.row(pair)
                rows.append(row)
                try table.add(row)
            } catch {
                Self.report(error, about: pair.restored)
                failure = failure ?? ExitStatus.code(for: error)
            }
        }
        for file in pairing.lonely {
            Console.say(
                "promptscaler: \(file.lastPathComponent): there is no picture to compare with it")
            failure = failure ?? ExitStatus.noInput.rawValue
        }
        try table.end(rows)
        if let failure { throw BatchFailure(firstCode: failure) }
    }

    private func pairing() throws -> Pairing {
        guard pictures.count == 2 else { return try Pairing(alone: pictures[0]) }
        let rule = suffix.flatMap { PairingRule(suffixes: $0) } ?? (pair == .name ? .name : .order)
        return try Pairing(reference: pictures[0], restored: pictures[1], rule: rule)
    }

    private static func report(_ error: any Error, about file: URL) {
        let name = file.lastPathComponent
        let text = Console.describe(error)
        Console.say("promptscaler: \(text.hasPrefix("\(name): ") ? text : "\(name): \(text)")")
    }
}

/// What `evaluate` measures of each picture.
private struct QualityMeasurement {
    let options: QualityOptions
    let model: PristineModel?

    func row(_ pair: ImagePair) throws -> QualityRow {
        let restored = try ImageFile.read(pair.restored).image
        let indices = try pair.reference.map { reference in
            try QualityIndices(
                reference: ImageFile.read(reference).image, restored: restored, options: options)
        }
        return QualityRow(
            name: pair.restored.lastPathComponent, indices: indices,
            naturalness: try naturalness(of: restored, isAll: indices == nil))
    }

    /// NIQE; nil for a picture for which it says nothing, unless that is all there is to measure.
    private func naturalness(of image: Image, isAll: Bool) throws -> Double? {
        guard let model else { return nil }
        do {
            return try image.naturalness(model: model, border: options.border)
        } catch  where !isAll {
            return nil
        }
    }
}
