internal import Foundation
internal import Regions

/// The first pass over a corpus: every file is read once, duplicates go, patches are chosen.
struct Survey {
    /// A picture that stays.
    struct Picture: Sendable {
        let file: CorpusFile
        let sha256: String
        let width: Int
        let height: Int
        let signature: PictureSignature
        var record: SourceRecord
        let contents: Data
    }

    let corpus: Corpus
    let parameters: BuildParameters
    let shape: PatchShape

    /// Looks at every file.
    ///
    /// - Parameters:
    ///   - journal: Where records are kept; files it knows are not read again.
    ///   - threads: The number of threads.
    ///   - report: Gains what was passed over.
    ///   - progress: Called after every file.
    /// - Returns: The pictures that stay, in the order of their digests.
    /// - Throws: ``MemoryError``, and what `progress` throws.
    func run(
        journal: Journal<SurveyRecord>?, threads: Int, report: inout BuildReport,
        progress: (MemoryProgress) throws -> Void
    ) throws -> [Picture] {
        let files = try filtered(CorpusListing.files(corpus.inputs), &report)
        let records = try look(at: files, journal, threads, progress)
        return pictures(zip(files, records), &report)
    }

    private func filtered(_ files: [CorpusFile], _ report: inout BuildReport) -> [CorpusFile] {
        report.files = files.count
        let kept =
            corpus.filter.passesAll
            ? files : files.filter { corpus.filter.passes(corpus.licences?.entry(for: $0.name)) }
        report.filtered = files.count - kept.count
        if let licences = corpus.licences {
            report.withoutRow = kept.map(\.name).filter { licences.entry(for: $0) == nil }
        }
        return kept
    }

    private func look(
        at files: [CorpusFile], _ journal: Journal<SurveyRecord>?, _ threads: Int,
        _ progress: (MemoryProgress) throws -> Void
    ) throws -> [SurveyRecord] {
        var known: [String: SurveyRecord] = [:]
        for record in journal?.found ?? [] { known[record.name] = record }
        var records = files.map { file -> SurveyRecord? in
            guard let record = known[file.name], record.isAbout(file), isPossible(record) else {
                return nil
            }
            return record
        }
        let open = records.indices.filter { records[$0] == nil }
        let resumed = files.count - open.count
        try progress(MemoryProgress(.looking, resumed, of: files.count, resumed: resumed))
        let surveyor = Surveyor(parameters: parameters, shape: shape)
        var saved = ContinuousClock.now
        defer { try? journal?.synchronize() }
        try OrderedWorkers.run(
            count: open.count, threads: threads,
            makeWorker: { { surveyor.survey(files[open[$0]]) } },
            use: { piece, record in
                records[open[piece]] = record
                try journal?.append(record)
                if saved.duration(to: .now) > .seconds(2) {
                    try journal?.synchronize()
                    saved = .now
                }
                try progress(
                    MemoryProgress(
                        .looking, resumed + piece + 1, of: files.count, resumed: resumed))
            })
        return records.compactMap { $0 }
    }

    private func isPossible(_ record: SurveyRecord) -> Bool {
        let stride = parameters.stride ?? shape.sidePixels
        return record.picture?.isPossible(side: shape.sidePixels, stride: stride) ?? true
    }

    /// Drops duplicates and counts what was dropped.
    private func pictures(
        _ surveyed: Zip2Sequence<[CorpusFile], [SurveyRecord]>, _ report: inout BuildReport
    ) -> [Picture] {
        var found: [String: Picture] = [:]
        for (file, record) in surveyed {
            if let problem = record.problem {
                report.unreadable.append(BuildReport.Problem(file: file.name, reason: problem))
                continue
            }
            guard let sha256 = record.sha256, let picture = record.picture else {
                report.otherShards += 1
                continue
            }
            if corpus.isAboutAnotherFile(file.name, sha256: sha256) {
                report.otherRow.append(file.name)
                // The filter let the file pass by a row that is not about it.
                if !corpus.filter.passes(nil), !corpus.filter.passesAll {
                    report.filtered += 1
                    continue
                }
            }
            let candidate = Picture(
                file: file, sha256: sha256, width: picture.width, height: picture.height,
                signature: picture.signature,
                record: corpus.record(of: file.name, sha256: sha256), contents: picture.contents)
            if let other = found[sha256] {
                report.exactDuplicates += 1
                if !Self.isBetter(candidate, other) { continue }
            }
            found[sha256] = candidate
        }
        let all = found.values.sorted { $0.sha256 < $1.sha256 }
        let originals = DuplicateSearch.originals(
            all.map {
                DuplicateSearch.Item(
                    sha256: $0.sha256, area: $0.width * $0.height, signature: $0.signature)
            })
        report.copies = originals.count { $0 != nil }
        return zip(all, originals).compactMap { $1 == nil ? $0 : nil }
    }

    /// Of two files with the same bytes: the one with a known licence, or else with the lower name.
    private static func isBetter(_ a: Picture, _ b: Picture) -> Bool {
        let (first, second) = (a.record.licence != nil, b.record.licence != nil)
        if first != second { return first }
        return (a.file.name, a.file.url.path) < (b.file.name, b.file.url.path)
    }
}
