internal import ArgumentParser
internal import TextureMemory

/// What is known of a photo's content, for the search in a memory.
struct SteeringArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What is in the photo, such as \"grass, brick wall\": entries of the memory that have "
                + "these tags rank higher.", valueName: "tags"))
    var tags: String?

    @Option(
        help: ArgumentHelp(
            "What having all of them adds to an entry's cosine, from 0 to 2.", valueName: "weight"))
    var tagWeight = TagAgreement.standardWeight

    func validate() throws {
        guard TagAgreement.weights.contains(tagWeight) else {
            throw ValidationError("--tag-weight must be from 0 to 2, not \(tagWeight).")
        }
    }

    /// The tags that stand between the commas.
    var tagList: [String] {
        (tags ?? "").split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace) }
            .filter { !$0.isEmpty }.map(String.init)
    }
}
