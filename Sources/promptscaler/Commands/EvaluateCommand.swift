internal import ArgumentParser
internal import Foundation
internal import Imaging

/// `promptscaler evaluate`.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compare pictures with their originals: PSNR and SSIM.",
        discussion: """
            Compares two files, or the files of two folders that have the same name, extensions \
            aside. Published figures are measured on Y (of MATLAB's YCbCr), with as many pixels \
            left out along each edge as the scale says, on 8 bits; these are the defaults for ×4. \
            Channel and border stand in every output, because figures mean nothing without them.

            EXAMPLES
              promptscaler evaluate original.png restored.png
              promptscaler evaluate HR/ restored/ --border 2 --csv
              Files named img_001_SRF_4_HR.png and img_001_SRF_4_LR.png:
                promptscaler evaluate Set5/ restored/ --suffix _HR:_LR
            """)

    enum Channel: String, ExpressibleByArgument, CaseIterable { case y, rgb }
    enum Pair: String, ExpressibleByArgument, CaseIterable { case name, order }

    @Argument(help: ArgumentHelp("The original, or a folder of them.", valueName: "reference"))
    var reference: String

    @Argument(help: ArgumentHelp("The picture to judge, or a folder.", valueName: "restored"))
    var restored: String

    @Option(help: "What is compared: the luma Y, or red, green and blue.")
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
        if json && csv { throw ValidationError("Give --json or --csv, not both.") }
        if border < 0 { throw ValidationError("--border must be 0 or more, not \(border).") }
        if let suffix, PairingRule(suffixes: suffix) == nil {
            throw ValidationError("--suffix must look like _HR:_LR, not '\(suffix)'.")
        }
    }

    func run() throws {
        let rule = suffix.flatMap { PairingRule(suffixes: $0) } ?? (pair == .name ? .name : .order)
        let pairing = try Pairing(reference: reference, restored: restored, rule: rule)
        let options = QualityOptions(
            channel: QualityOptions.Channel(rawValue: channel.rawValue) ?? .y, border: border)
        let table = QualityTable(style: json ? .json : csv ? .csv : .text, options: options)
        var failure: Int32?

        try table.begin()
        var records: [QualityTable.Row] = []
        for pair in pairing.pairs {
            do {
                let indices = try QualityIndices(
                    reference: ImageFile.read(pair.reference).image,
                    restored: ImageFile.read(pair.restored).image, options: options)
                let row = QualityTable.Row(
                    name: pair.restored.lastPathComponent, psnr: indices.psnr, ssim: indices.ssim)
                records.append(row)
                try table.add(row)
            } catch {
                let name = pair.restored.lastPathComponent
                let text = Console.describe(error)
                Console.say(
                    "promptscaler: \(text.hasPrefix("\(name): ") ? text : "\(name): \(text)")")
                failure = failure ?? ExitStatus.code(for: error)
            }
        }
        for file in pairing.lonely {
            Console.say(
                "promptscaler: \(file.lastPathComponent): there is no picture to compare with it")
            failure = failure ?? ExitStatus.noInput.rawValue
        }
        try table.end(records)
        if let failure { throw BatchFailure(firstCode: failure) }
    }
}
