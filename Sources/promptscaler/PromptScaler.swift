internal import ArgumentParser
internal import Foundation

/// The command line program.
@main
struct PromptScaler: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "promptscaler",
        abstract: "Makes pictures larger.",
        discussion: """
            EXAMPLES
              promptscaler upscale photo.jpg -o photo.png
              promptscaler upscale holiday/ -o holiday-large/ --scale 2
              promptscaler doctor

            'promptscaler help <subcommand>' explains a subcommand and its options.

            EXIT STATUS
              0   all done                        70  an internal error
              64  wrong arguments                 71  not enough memory
              65  damaged or unsupported picture  73  the result cannot be written
              66  no such file                    74  a file cannot be read
              69  no such model or recipe,        78  a damaged model or recipe
                  or no answer
              130 interrupted by Ctrl-C (143: asked to end)

            When several files fail, the status is that of the first.
            """,
        version: version,
        subcommands: [
            UpscaleCommand.self, ResizeCommand.self, EvaluateCommand.self, ReconstructCommand.self,
            DegradeCommand.self, ModelsCommand.self, MemoryCommand.self, PromptCommand.self,
            DoctorCommand.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            ExitStatus.end(with: error)
        }
    }
}
