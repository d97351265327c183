public import Foundation

/// Builds a memory from a corpus of pictures.
///
/// The corpus is streamed twice: once to know it, once to encode the chosen patches. Finished work
/// is kept in a folder beside the memory, `NAME.building`, so a build that ends early, by whatever
/// cause, is continued by starting it again. The result depends on the corpus, the networks and the
/// parameters, and not on the order of files, on the threads, or on how often it was interrupted.
public struct MemoryBuilder: Sendable {
    private let encoder: any PatchEncoder
    private let parameters: BuildParameters
    private let threads: Int
    private let tagger: (any PictureTagger)?

    /// A builder.
    ///
    /// - Parameters:
    ///   - encoder: The networks.
    ///   - parameters: What decides the result.
    ///   - threads: The number of threads, at least 1.
    ///   - tagger: Who names what is in each picture that patches are taken from, beside what the
    ///     corpus says; nil for nobody.
    /// - Throws: ``MemoryError/badOption(name:reason:)``.
    public init(
        encoder: any PatchEncoder, parameters: BuildParameters, threads: Int,
        tagger: (any PictureTagger)? = nil
    ) throws(MemoryError) {
        precondition(threads >= 1, "\(threads) threads")
        try parameters.validate(for: encoder.shape)
        self.encoder = encoder
        self.parameters = parameters
        self.threads = threads
        self.tagger = tagger
    }

    /// Looks at a corpus without encoding anything or writing a file.
    ///
    /// - Parameters:
    ///   - corpus: The pictures.
    ///   - progress: Called after each picture; what it throws ends the work and is thrown on.
    /// - Returns: What a build would take.
    /// - Throws: ``MemoryError``.
    public func survey(
        _ corpus: Corpus, progress: (MemoryProgress) throws -> Void = { _ in }
    ) throws -> BuildReport {
        var report = BuildReport()
        _ = try choose(corpus, except: [], journal: nil, report: &report, progress: progress)
        return report
    }

    /// Builds a memory, or goes on where an earlier run ended.
    ///
    /// - Parameters:
    ///   - corpus: The pictures.
    ///   - destination: The memory's folder, which appears when it is complete.
    ///   - overwrites: Whether a memory of that name may be replaced.
    ///   - restarts: Whether to discard what an earlier run has done.
    ///   - progress: Called often; what it throws ends the work, which is kept, and is thrown on.
    /// - Returns: What was found and made.
    /// - Throws: ``MemoryError``, or what the networks throw.
    public func build(
        _ corpus: Corpus, to destination: URL, overwrites: Bool = false, restarts: Bool = false,
        progress: (MemoryProgress) throws -> Void = { _ in }
    ) throws -> BuildReport {
        try Self.checkDestination(destination, overwrites: overwrites)
        let work = try WorkFolder(
            Self.workFolder(for: destination),
            plan: BuildPlan(
                parameters: parameters, shape: encoder.shape, fingerprint: encoder.fingerprint,
                filter: corpus.filterDescription),
            restarts: restarts)
        var report = BuildReport()
        let (chosen, store) = try gather(
            corpus, except: [], in: work, report: &report, progress: progress)
        try store.withRows { candidates in
            let selection = try EntrySelection(keyWeight: parameters.keyWeight, threads: threads)
                .run(parameters.size, from: candidates, progress: progress)
            report.entries = selection.rows.count
            report.nearDuplicates = selection.nearDuplicates
            report.coveringRadius = Float(selection.coveringRadius)
            try progress(MemoryProgress(.writing, 0, of: selection.rows.count))
            let writer = MemoryWriter(
                contents: contents(selection, of: chosen), rows: selection.rows)
            _ = try writer.write(from: candidates, to: destination, replaces: overwrites)
        }
        try work.remove()
        return report
    }

    /// Both passes over a corpus: its chosen patches as rows.
    ///
    /// - Parameters:
    ///   - corpus: The pictures.
    ///   - known: Pictures that are passed over, and copies of them.
    ///   - work: Where the work is kept.
    ///   - report: Gains the counts.
    ///   - progress: Called often.
    /// - Returns: The pictures with their places, and the rows in that order.
    /// - Throws: ``MemoryError``, and what the networks or `progress` throw.
    func gather(
        _ corpus: Corpus, except known: [MemorySource], in work: WorkFolder,
        report: inout BuildReport,
        progress: (MemoryProgress) throws -> Void
    ) throws -> ([CandidateChoice.Chosen], CandidateStore) {
        let journal = try Journal<SurveyRecord>(work.file(WorkFolder.surveyFile))
        var chosen = try choose(
            corpus, except: known, journal: journal, report: &report, progress: progress)
        // An addition whose pictures are all known has nothing to do, which is no error.
        guard !chosen.isEmpty || report.known > 0 else {
            throw MemoryError.nothingFound(reason: report.whyNothing)
        }
        if let tagger {
            chosen = try PictureTagging(tagger).run(
                chosen, in: work, report: &report, progress: progress)
        }
        let encoding = CandidateEncoding(
            encoder: encoder, parameters: parameters, threads: threads)
        return (chosen, try encoding.run(chosen, in: work, progress: progress))
    }

    private func choose(
        _ corpus: Corpus, except known: [MemorySource], journal: Journal<SurveyRecord>?,
        report: inout BuildReport,
        progress: (MemoryProgress) throws -> Void
    ) throws -> [CandidateChoice.Chosen] {
        let survey = Survey(corpus: corpus, parameters: parameters, shape: encoder.shape)
        var pictures = try survey.run(
            journal: journal, threads: threads, report: &report, progress: progress)
        let knownPictures = KnownPictures(known)
        let count = pictures.count
        pictures.removeAll { knownPictures.contain($0.sha256, $0.signature) }
        report.known = count - pictures.count
        return CandidateChoice.run(
            pictures, parameters, shape: encoder.shape, report: &report)
    }

    private func contents(
        _ selection: EntrySelection.Result, of chosen: [CandidateChoice.Chosen]
    ) -> MemoryContents {
        let patches = CandidatePatches(chosen)
        let (sources, places) = patches.sources(of: selection.rows)
        let entries = selection.rows.enumerated().map { id, row in
            MemoryEntry(
                id: id, source: places[id], position: patches.position(of: row),
                side: encoder.shape.sidePixels, tags: patches.tags(of: row), cluster: 0,
                squaredDistance: selection.squaredDistances[id])
        }
        return MemoryContents(
            description: MemoryDescription(
                shape: encoder.shape, fingerprint: encoder.fingerprint, parameters: parameters,
                scales: selection.scales, coveringRadius: selection.coveringRadius,
                indexFactory: "", indexSearch: "", clusters: 0),
            sources: sources, entries: entries)
    }

    /// Where unfinished work for a memory is kept.
    static func workFolder(for destination: URL) -> URL {
        let folder = destination.standardizedFileURL
        return folder.deletingLastPathComponent()
            .appending(path: folder.lastPathComponent + ".building")
    }

    /// Refuses to replace what is no memory, or what is one without being told to.
    static func checkDestination(_ url: URL, overwrites: Bool) throws(MemoryError) {
        try AtomicFolder.recover(url.resolvingSymlinksInPath().standardizedFileURL)
        guard FileManager.default.fileExists(atPath: url.path) else { return }
        let names = try? FileManager.default.contentsOfDirectory(atPath: url.path)
        if names?.isEmpty == true { return }
        guard overwrites else { throw .outputExists(url.relativePath) }
        // Never a folder of photos, only a memory, of whatever version.
        do {
            _ = try MemoryManifest.read(url)
        } catch .notAMemory(let folder, let reason) {
            throw .notAMemory(folder: folder, reason: reason)
        } catch {}
    }
}

/// Candidates by their rows.
struct CandidatePatches {
    private let chosen: [CandidateChoice.Chosen]
    /// The first row of each picture.
    private let starts: [Int]

    init(_ chosen: [CandidateChoice.Chosen]) {
        self.chosen = chosen
        var (starts, next) = ([Int](), 0)
        for item in chosen {
            starts.append(next)
            next += item.positions.count
        }
        self.starts = starts
    }

    func position(of row: Int) -> PatchPosition {
        let index = picture(of: row)
        return chosen[index].positions[row - starts[index]]
    }

    func tags(of row: Int) -> [String] { chosen[picture(of: row)].picture.record.tags }

    /// The pictures of some rows in the order of their digests, and the place of each row's among
    /// them.
    func sources(of rows: [Int]) -> ([MemorySource], [Int]) {
        let pictures = rows.map { picture(of: $0) }
        let used = Set(pictures).sorted()
        let places = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
        return (used.map { source($0) }, pictures.map { places[$0] ?? 0 })
    }

    private func source(_ index: Int) -> MemorySource {
        let picture = chosen[index].picture
        var record = picture.record
        record.tags = []
        return MemorySource(
            path: picture.file.name, sha256: picture.sha256, width: picture.width,
            height: picture.height, record: record, cells: picture.signature.cells)
    }

    /// The last picture that starts at or before a row.
    private func picture(of row: Int) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }
}

extension BuildReport {
    /// Why no patch was chosen, in words.
    var whyNothing: String {
        if files == 0 { return "no PNG, JPEG or WebP files were found" }
        var reasons: [String] = []
        func add(_ count: Int, _ what: String) {
            if count > 0 { reasons.append("\(count) \(what)") }
        }
        add(filtered, "left out by the filter")
        add(unreadable.count, "unreadable")
        add(known, "known to the memory already")
        add(otherShards, "in other shards")
        add(tooSmall, "smaller than a patch or transparent")
        add(flat, "places too flat")
        return "of \(files) files, " + (reasons.isEmpty ? "none" : reasons.joined(separator: ", "))
    }
}
