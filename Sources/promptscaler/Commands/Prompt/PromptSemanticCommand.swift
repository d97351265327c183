internal import ArgumentParser

/// `promptscaler prompt semantic`.
struct PromptSemanticCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "semantic",
        abstract: "Let services say what photos show.",
        discussion: """
            A tag service names what is in a photo, and a multimodal language model describes it: \
            vLLM, llama.cpp's server, Ollama, SGLang, LM Studio, 'transformers serve', or anything \
            else that speaks OpenAI's chat completions. Either can be left out. A small JPEG is \
            sent, without the photo's name, EXIF and colour profile.

            Answers are remembered: the same photo is not paid for twice, and a run that was \
            interrupted asks only for what is missing. A bundle that is there already is kept, \
            with whatever was edited in it. A photo that cannot be done is reported, and the \
            others are done.

            Services can stand in ~/.config/promptscaler/config.json and in the environment: \
            PROMPTSCALER_DESCRIBE_URL, PROMPTSCALER_DESCRIBE_MODEL, PROMPTSCALER_TAG_URL, \
            PROMPTSCALER_API_KEY, PROMPTSCALER_TAG_API_KEY. Proxies are taken from https_proxy, \
            http_proxy and no_proxy.

            EXAMPLES
              What does this photo show?
                promptscaler prompt semantic photo.jpg \\
                  --describe-url http://localhost:8000/v1
              Bundles for a folder, with tags first, eight photos at a time:
                promptscaler prompt semantic holiday/ --bundle prompts/ --jobs 8 \\
                  --tag-url http://localhost:9000/tags --describe-url http://localhost:11434
            """)

    @Argument(help: ArgumentHelp("Photos, and folders of photos.", valueName: "photo"))
    var inputs: [String]

    @OptionGroup var work: BundleArguments

    func run() throws {
        let configuration = try ServiceConfiguration()
        guard !(try work.services.services(configuration)).isEmpty else {
            throw CommandError(
                .usage,
                "no service is named; give --describe-url, --tag-url or both, or name them in "
                    + "~/.config/promptscaler/config.json")
        }
        try work.run(PhotoList(inputs), configuration, judge: nil)
    }
}
