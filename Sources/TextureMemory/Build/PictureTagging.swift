internal import Foundation
internal import Regions

/// Asks a tagger about every picture that patches are taken from, once.
///
/// Answers are kept in a journal, so that work that was interrupted asks only for what is missing.
/// A picture about which the tagger failed is asked about again then.
struct PictureTagging {
    private let tagger: any PictureTagger

    /// Failures without a single success after which nobody is asked any more.
    private static let patience = 16

    init(_ tagger: any PictureTagger) {
        precondition(tagger.concurrency >= 1, "\(tagger.concurrency) pictures at a time")
        self.tagger = tagger
    }

    /// Adds tags to pictures.
    ///
    /// - Parameters:
    ///   - chosen: The pictures.
    ///   - work: Where answers are kept.
    ///   - report: Gains the counts.
    ///   - progress: Called after every picture.
    /// - Returns: The pictures; their own tags come first.
    /// - Throws: ``MemoryError/noTags(reason:)`` when the tagger fails from the start, and what
    ///   `progress` throws.
    func run(
        _ chosen: [CandidateChoice.Chosen], in work: WorkFolder, report: inout BuildReport,
        progress: (MemoryProgress) throws -> Void
    ) throws -> [CandidateChoice.Chosen] {
        let book = try AnswerBook(work.file(WorkFolder.tagsFile), tagger: tagger.identity)
        let open = chosen.indices.filter { book.tags(of: chosen[$0].picture) == nil }
        let resumed = chosen.count - open.count
        var failures: [BuildReport.Problem] = []
        try progress(MemoryProgress(.tagging, resumed, of: chosen.count, resumed: resumed))
        try OrderedWorkers.run(
            count: open.count, threads: tagger.concurrency,
            makeWorker: { [tagger] in
                { number in
                    let picture = chosen[open[number]].picture
                    let answer = Result { try tagger.tags(ofPictureAt: picture.file.url) }
                    if case .success(let tags) = answer { try book.keep(tags, of: picture) }
                    return answer
                }
            },
            use: { number, answer in
                if case .failure(let error) = answer {
                    let name = chosen[open[number]].picture.file.name
                    failures.append(BuildReport.Problem(file: name, reason: "\(error)"))
                    if book.isEmpty, failures.count >= min(Self.patience, open.count) {
                        throw MemoryError.noTags(reason: "\(error)")
                    }
                }
                try progress(
                    MemoryProgress(
                        .tagging, resumed + number + 1, of: chosen.count, resumed: resumed))
            })
        report.tagged = chosen.count - failures.count
        report.untagged = failures
        return chosen.map { item in
            var item = item
            let tags = item.picture.record.tags
            item.picture.record.tags += (book.tags(of: item.picture) ?? [])
                .filter { !tags.contains($0) }
            return item
        }
    }
}

/// The answers of one tagger: those of earlier runs, and new ones, which are on the disk before
/// anybody knows of them.
///
/// Unchecked: journal and answers are used with `lock` locked only.
private final class AnswerBook: @unchecked Sendable {
    /// A line of the journal.
    private struct Answer: Codable {
        let sha256: String
        let tagger: String
        let tags: [String]
    }

    private let lock = NSLock()
    private let journal: Journal<Answer>
    private let tagger: String
    private var answers: [String: [String]] = [:]

    init(_ file: URL, tagger: String) throws(MemoryError) {
        self.tagger = tagger
        journal = try Journal<Answer>(file)
        for answer in journal.found where answer.tagger == tagger {
            answers[answer.sha256] = answer.tags
        }
    }

    var isEmpty: Bool { lock.withLock { answers.isEmpty } }

    func tags(of picture: Survey.Picture) -> [String]? {
        lock.withLock { answers[picture.sha256] }
    }

    /// Keeps an answer, which was paid for.
    func keep(_ tags: [String], of picture: Survey.Picture) throws {
        let tags = Self.plain(tags)
        try lock.withLock {
            answers[picture.sha256] = tags
            try journal.append(Answer(sha256: picture.sha256, tagger: tagger, tags: tags))
            try journal.synchronize()
        }
    }

    /// Tags as a table can hold them: not empty, each once, without what stands between two.
    private static func plain(_ tags: [String]) -> [String] {
        var seen = Set<String>()
        return tags.flatMap { $0.split(separator: MemoryTableWriter.tagSeparator) }
            .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            .filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
