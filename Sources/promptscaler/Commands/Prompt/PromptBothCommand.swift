internal import ArgumentParser
internal import DegradationPrompts
internal import Foundation
internal import SemanticPrompts

/// `promptscaler prompt PHOTO…`, which is `promptscaler prompt both PHOTO…`.
struct PromptBothCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "both",
        abstract: "Say how photos were degraded and what they show, in one bundle each.",
        discussion: """
            Both kinds of prompts: the degradation report of 'prompt degradation', and tags and \
            description of 'prompt semantic'. Where no service is named, bundles hold the \
            degradation report alone.

            A bundle that is there already is kept, with whatever was edited in it; a kind that it \
            lacks is added. 'both' need not be written.

            EXAMPLES
              promptscaler prompt photo.jpg
              promptscaler prompt holiday/ --bundle prompts/ --tag-url http://localhost:9000/tags
            """)

    @Argument(help: ArgumentHelp("Photos, and folders of photos.", valueName: "photo"))
    var inputs: [String]

    @OptionGroup var work: BundleArguments

    @OptionGroup(title: "Degradation") var judging: DegradationArguments

    func run() throws {
        let configuration = try ServiceConfiguration()
        if try work.services.services(configuration).isEmpty, !work.quiet {
            Console.say(
                "No service is named, so only the degradation is judged; --tag-url and "
                    + "--describe-url name some.")
        }
        let prompter = try judging.prompter(work.models.store)
        let (stride, policy) = (judging.stride, judging.policy)
        try work.run(PhotoList(inputs), configuration) { image in
            let report = try prompter.report(of: image, stride: stride, policy: policy)
            return try JSONValue(encoding: DegradationStatement(report, by: prompter))
        }
    }
}
