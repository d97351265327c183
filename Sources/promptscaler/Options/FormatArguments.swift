internal import ArgumentParser
internal import Imaging

/// `--format` and `--quality`.
struct FormatArguments: ParsableArguments {
    enum Name: String, ExpressibleByArgument, CaseIterable {
        case png, jpeg, webp

        /// Also takes the extensions of file names, such as `jpg`.
        init?(argument: String) {
            guard let format = ImageFormat(fileExtension: argument) else { return nil }
            self.init(rawValue: format.rawValue)
        }
    }

    @Option(help: "Format of the results. Default: by the name of the output.")
    var format: Name?

    @Option(help: ArgumentHelp("Quality of JPEG and WebP, 1 to 100.", valueName: "percent"))
    var quality = 95

    func validate() throws {
        guard (1...100).contains(quality) else {
            throw ValidationError("--quality must be from 1 to 100, not \(quality).")
        }
    }

    /// What was asked for, or nil when the output's name decides.
    var imageFormat: ImageFormat? { format.flatMap { ImageFormat(rawValue: $0.rawValue) } }
}
