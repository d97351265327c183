internal import DegradationPrompts
internal import Foundation
internal import Locks
internal import ModelStore
internal import SemanticPrompts
internal import Transfer
internal import Upscaling

/// What is known of each photo before it is enlarged: from bundles, from services, from the user.
final class PhotoPrompts: Sendable {
    private let bundles: BundleShelf?
    private let prompter: Prompter?
    private let preparation: PhotoPreparation
    private let isRequired: Bool
    private let tags: [String]
    private let tagWeight: Float
    private let said = Guarded(Set<String>())

    init(
        bundles: BundleShelf?, prompter: Prompter?, preparation: PhotoPreparation,
        isRequired: Bool, tags: [String], tagWeight: Float
    ) {
        self.bundles = bundles
        self.prompter = prompter
        self.preparation = preparation
        self.isRequired = isRequired
        self.tags = tags
        self.tagWeight = tagWeight
    }

    /// Whether nobody knows anything.
    var isEmpty: Bool { bundles == nil && prompter == nil && tags.isEmpty }

    /// Puts what is known of a photo into its options.
    ///
    /// - Parameters:
    ///   - source: The bytes of its file.
    ///   - options: The options for every photo.
    /// - Returns: The options for this one.
    /// - Throws: ``PromptError`` and ``DegradationPrompts/DegradationStatementError``.
    @Sendable func complete(_ source: Data, _ options: UpscaleOptions) throws -> UpscaleOptions {
        var options = options
        var all = tags
        if let bundle = try bundle(for: source) {
            all += bundle.tags.filter { !tags.contains($0) }
            options.restoration.degradationReport = try bundle.degradation.map {
                try Self.statement($0)
            }
        }
        options.restoration.tags = all
        options.restoration.tagWeight = tagWeight
        return options
    }

    private func bundle(for source: Data) throws -> PromptBundle? {
        if let bundles {
            guard let hash = Digest.sha256(source) else {
                throw PromptError.badPhoto(reason: "this system refuses SHA-256")
            }
            if let bundle = try bundles.bundle(for: hash) { return bundle }
            if prompter == nil {
                let reason = "no bundle in the folder is about this photo"
                if isRequired { throw PromptError.badPhoto(reason: reason) }
                say("Some photos have no bundle in the folder; they go on without.")
            }
        }
        guard let prompter else { return nil }
        do {
            return try Waiting.run { [preparation] in
                let photo = try await preparation.photo(source, name: "the photo")
                let look = try await preparation.look(
                    source, name: "the photo", cleaned: nil, judges: false)
                return try await prompter.bundle(for: photo, image: look.picture)
            }
        } catch let error as PromptError where !isRequired {
            say("Without a semantic prompt: \(error)")
            return nil
        }
    }

    private static func statement(_ json: JSONValue) throws -> DegradationStatement {
        do {
            return try json.decoded(as: DegradationStatement.self)
        } catch {
            throw PromptError.badBundle(
                file: "its degradation report", reason: "it has another form than 'prompt' gives it"
            )
        }
    }

    /// Says something once, however many photos it holds for.
    private func say(_ text: String) {
        if said.withLock({ $0.insert(text).inserted }) { Console.say(text) }
    }
}
