internal import ArgumentParser
internal import Upscaling

/// `--scale` and `--size`, of which one may be given.
struct SizeArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Factor for both sides, whole or not, such as 2.5.", valueName: "factor"))
    var scale: Double?

    @Option(
        help: ArgumentHelp(
            "Exact size such as 1920x1080; 1920x or x1080 keeps the ratio of the sides.",
            valueName: "WxH"))
    var size: String?

    func validate() throws {
        if scale != nil && size != nil {
            throw ValidationError("Give --scale or --size, not both.")
        }
        if let scale, !(scale > 0 && scale.isFinite) {
            throw ValidationError("--scale must be a number above 0, not \(scale).")
        }
        if let size, TargetSize(size: size) == nil {
            throw ValidationError("--size must look like 1920x1080, 1920x or x1080, not '\(size)'.")
        }
    }

    /// What was asked for, or nil when neither was given.
    var target: TargetSize? { scale.map { .scale($0) } ?? size.flatMap { TargetSize(size: $0) } }
}
