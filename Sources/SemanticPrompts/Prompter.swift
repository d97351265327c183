public import Imaging
internal import Foundation
internal import ModelStore
public import Transfer

/// Asks services what a photo shows, and makes a bundle of their answers.
///
/// photo → small JPEG → tags → instruction with the tags → description → cleaned prompt.
public struct Prompter: Sendable {
    private let tagger: Tagger?
    private let describer: DescriptionEndpoint?
    private let template: PromptTemplate
    private let cleaner: DescriptionCleaner
    private let longestSide: Int
    private let answers: AnswerSource
    private let model: ModelChoice?

    /// Makes a prompter; at least one service must be named.
    ///
    /// - Parameters:
    ///   - tagger: Who names what is in a photo; nil for nobody.
    ///   - describer: Who describes it; nil for nobody.
    ///   - template: What is asked, and how answers are cleaned.
    ///   - client: Through what services are asked; nil to use remembered answers only.
    ///   - cache: Where answers are remembered; nil to forget them.
    ///   - longestSide: The longest side of pictures that are sent, in pixels.
    public init(
        tagger: TagEndpoint?, describer: DescriptionEndpoint?, template: PromptTemplate,
        client: HTTPClient?, cache: PromptCache?, longestSide: Int = SentPhoto.standardSide
    ) {
        precondition(tagger != nil || describer != nil, "nobody to ask")
        self.describer = describer
        self.template = template
        self.longestSide = longestSide
        cleaner = DescriptionCleaner(template)
        let answers = AnswerSource(client: client, cache: cache)
        self.answers = answers
        self.tagger = tagger.map { Tagger($0, answers: answers, longestSide: longestSide) }
        model = describer.map { ModelChoice($0, client: client, cache: cache) }
    }

    /// Makes the bundle of a photo.
    ///
    /// - Parameters:
    ///   - photo: The photo.
    ///   - image: Its picture, or a cleaned version of it, upright.
    ///   - grid: The parts that are described besides the whole; nil for none.
    /// - Returns: The bundle.
    /// - Throws: ``PromptError`` when a service that was named does not give a usable answer.
    public func bundle(
        for photo: PromptBundle.Photo, image: Image, grid: PhotoGrid? = nil
    ) async throws(PromptError) -> PromptBundle {
        var work = Work()
        let whole = try await words(about: image, of: "the photo", &work)
        var bundle = PromptBundle(
            tags: whole.tags, description: whole.description, negative: template.negative)
        if let grid {
            var regions: [PromptBundle.Region] = []
            let size = (image.width, image.height)
            for part in grid.parts(width: size.0, height: size.1) {
                let crop = image.cropped(
                    x: part.x, y: part.y, width: part.width, height: part.height)
                let name = "the part at \(part.x),\(part.y)"
                let found = try await words(about: crop, of: name, &work)
                // In pixels of the photo, whatever picture of it was looked at.
                func scaled(_ value: Int, _ to: Int, _ from: Int) -> Int { value * to / from }
                regions.append(
                    PromptBundle.Region(
                        x: scaled(part.x, photo.width, size.0),
                        y: scaled(part.y, photo.height, size.1),
                        width: scaled(part.width, photo.width, size.0),
                        height: scaled(part.height, photo.height, size.1),
                        tags: found.tags, description: found.description))
            }
            bundle.regions = regions
        }
        bundle.photo = photo
        bundle.models = work.models
        bundle.template = PromptBundle.Template(name: template.name, sha256: template.hash)
        bundle.timings = work.timings
        let limit = DescriptionCleaner.encoderLimit
        if bundle.length > limit {
            work.notes.append(
                "the prompt has \(bundle.length) words and marks or more; a CLIP text encoder "
                    + "reads the first \(limit) tokens")
        }
        bundle.notes = work.notes.isEmpty ? nil : work.notes
        return bundle
    }

    /// What was spent, and on whom, while a bundle is made.
    private struct Work {
        var models = PromptBundle.Models()
        var timings = PromptBundle.Timings()
        var notes: [String] = []

        mutating func count(
            _ answer: AnswerSource.Found, _ seconds: WritableKeyPath<PromptBundle.Timings, Double>
        ) {
            if answer.isNew {
                timings.requests += 1
                timings[keyPath: seconds] += answer.seconds
            } else {
                timings.remembered += 1
            }
            if let note = answer.note, !notes.contains(note) { notes.append(note) }
        }
    }

    /// Tags and description of one picture.
    private func words(
        about image: Image, of name: String, _ work: inout Work
    ) async throws(PromptError) -> (tags: [String], description: String) {
        let sent = try SentPhoto(image, longestSide: longestSide)
        let tags = try await tags(of: sent, name, &work)
        return (tags, try await description(of: sent, tags: tags, name, &work))
    }

    private func tags(
        of photo: SentPhoto, _ name: String, _ work: inout Work
    ) async throws(PromptError) -> [String] {
        guard let tagger else { return [] }
        let (tags, found) = try await tagger.answer(about: photo)
        work.count(found, \.tagsSeconds)
        work.models.tags = PromptBundle.Model(
            host: tagger.endpoint.address.host, name: tagger.endpoint.model(in: found.body))
        if tags.isEmpty { work.notes.append("the tag service found nothing in \(name)") }
        return tags
    }

    private func description(
        of photo: SentPhoto, tags: [String], _ name: String, _ work: inout Work
    ) async throws(PromptError) -> String {
        guard let describer, let choice = model else { return "" }
        let model = try await choice.name()
        let instruction = template.instruction(tags: tags)
        let settings = "\(describer.maximumTokens)\n\(instruction)"
        let key = PromptCache.Key(
            image: photo.hash, endpoint: describer.identity, model: model,
            template: Digest.sha256(Data(settings.utf8)) ?? settings)
        let found = try await answers.answer(
            to: key, host: describer.address.host,
            request: { describer.request(photo: photo, instruction: instruction, model: model) },
            check: { body throws(PromptError) in _ = try describer.text(in: body) })
        work.count(found, \.descriptionSeconds)
        work.models.description = PromptBundle.Model(host: describer.address.host, name: model)
        switch cleaner.clean(try describer.text(in: found.body)) {
        case .description(let text): return text
        case .refused:
            work.notes.append("the model declined to describe \(name)")
        case .empty:
            work.notes.append("nothing usable is left of the description of \(name)")
        }
        return ""
    }
}
