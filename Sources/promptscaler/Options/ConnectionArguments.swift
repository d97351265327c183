internal import ArgumentParser
internal import Foundation
internal import SemanticPrompts
internal import Transfer

/// How services are reached.
struct ConnectionArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Certificates (PEM) to trust instead of the system's.", valueName: "file"))
    var certificates: String?

    @Option(
        help: ArgumentHelp("Seconds that one request may take.", valueName: "seconds"))
    var timeout = 180.0

    func validate() throws {
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout must be above 0 and at most 86400, not \(timeout).")
        }
    }

    /// How long a request may take, with what is asked again.
    var limits: TransferLimits {
        var limits = TransferLimits(attempt: .seconds(timeout))
        limits.total = max(limits.total, limits.attempt * 2)
        return limits
    }

    /// What requests go through.
    ///
    /// - Parameters:
    ///   - concurrency: The most requests that are open at a time.
    ///   - configuration: What environment and file say.
    /// - Returns: The client.
    /// - Throws: ``CommandError`` when the certificates cannot be read, or what libcurl says.
    func client(concurrency: Int, _ configuration: ServiceConfiguration) throws -> HTTPClient {
        try HTTPClient(
            concurrency: concurrency, certificates: certificateFile(configuration),
            agent: "promptscaler/\(PromptScaler.version)")
    }

    /// The certificates, if any are named.
    ///
    /// - Parameter configuration: What environment and file say.
    /// - Returns: The file.
    /// - Throws: ``CommandError`` when they cannot be read.
    func certificateFile(_ configuration: ServiceConfiguration) throws -> URL? {
        guard let path = certificates ?? configuration.certificates else { return nil }
        let file = URL(filePath: (path as NSString).expandingTildeInPath)
        guard FileManager.default.isReadableFile(atPath: file.path) else {
            throw CommandError(.noInput, "\(file.lastPathComponent): cannot be read")
        }
        return file
    }
}
