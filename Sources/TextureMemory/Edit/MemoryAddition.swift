public import Foundation

/// Adds the textures of more pictures to a memory.
///
/// The entries that are there stay, and farthest point sampling goes on from them: a new patch
/// becomes an entry when it is farther from all entries than the memory's covering radius, or, where
/// that is not known exactly, than entries are from each other. So the memory covers the new
/// pictures as well as it covers the old ones. Finished work is kept in a
/// folder beside the memory, `NAME.adding`, as in a build.
public struct MemoryAddition: Sendable {
    private let encoder: any PatchEncoder
    private let parameters: BuildParameters
    private let threads: Int
    private let builder: MemoryBuilder

    /// An addition.
    ///
    /// - Parameters:
    ///   - encoder: The networks, those that the memory was made with.
    ///   - parameters: ``BuildParameters/initial`` is the number of patches to encode, and
    ///     ``BuildParameters/size`` the most entries to add.
    ///   - threads: The number of threads, at least 1.
    ///   - tagger: Who names what is in each new picture; nil for nobody.
    /// - Throws: ``MemoryError/badOption(name:reason:)``.
    public init(
        encoder: any PatchEncoder, parameters: BuildParameters, threads: Int,
        tagger: (any PictureTagger)? = nil
    ) throws(MemoryError) {
        builder = try MemoryBuilder(
            encoder: encoder, parameters: parameters, threads: threads, tagger: tagger)
        self.encoder = encoder
        self.parameters = parameters
        self.threads = threads
    }

    /// Adds entries; the memory is replaced in one step.
    ///
    /// - Parameters:
    ///   - corpus: The pictures; those that the memory knows are passed over.
    ///   - folder: The memory.
    ///   - restarts: Whether to discard what an earlier run has done.
    ///   - progress: Called often; what it throws ends the work, which is kept, and is thrown on.
    /// - Returns: What was found; ``BuildReport/entries`` counts the entries added.
    /// - Throws: ``MemoryError``, or what the networks throw.
    public func add(
        _ corpus: Corpus, to folder: URL, restarts: Bool = false,
        progress: (MemoryProgress) throws -> Void = { _ in }
    ) throws -> BuildReport {
        let memory = try TextureMemory(folder, expecting: encoder.fingerprint)
        guard memory.description.shape == encoder.shape else {
            throw MemoryError.damaged(
                memory: memory.name, file: MemoryManifest.fileName,
                reason: "its patches are not those of the models that it names")
        }
        let contents = try memory.contents()
        let work = try WorkFolder(
            Self.workFolder(for: folder),
            plan: BuildPlan(
                parameters: parameters, shape: encoder.shape, fingerprint: encoder.fingerprint,
                filter: corpus.filterDescription),
            restarts: restarts)
        var report = BuildReport()
        let (chosen, store) = try builder.gather(
            corpus, except: contents.sources, in: work, report: &report, progress: progress)
        let scratch = try ScratchRows(
            beside: folder, count: memory.count + store.count, shape: encoder.shape)
        try memory.numbers.withRows { try scratch.append($0) }
        try store.withRows { try scratch.append($0) }
        try scratch.store.withRows { rows in
            let added = try extend(memory, rows, progress: progress)
            report.entries = added.rows.count
            report.coveringRadius = Float(added.coveringRadius)
            guard !added.rows.isEmpty else { return }
            try progress(MemoryProgress(.writing, 0, of: memory.count + added.rows.count))
            let writer = MemoryWriter(
                contents: joined(contents, added, chosen),
                rows: Array(0..<memory.count) + added.rows)
            _ = try writer.write(from: rows, to: memory.url, replaces: true)
        }
        try work.remove()
        return report
    }

    /// How far a patch must be from all entries to become one.
    private func distance(_ contents: MemoryDescription, _ memory: TextureMemory) throws -> Double {
        // The last entry that was chosen lay at least as far from the others as the radius is; that
        // is known when entries were removed, and less than the bound that a merge leaves.
        let distances = try memory.entries().compactMap(\.squaredDistance)
        let last = distances.min().map { $0.squareRoot() } ?? 0
        return min(contents.coveringRadius ?? last, last)
    }

    private func extend(
        _ memory: TextureMemory, _ rows: SamplingCandidates,
        progress: (MemoryProgress) throws -> Void
    ) throws -> AddedPoints {
        let description = memory.description
        let sampling = FarthestPointSampling(
            keyWeight: description.parameters.keyWeight, scales: description.scales,
            threads: threads)
        let most = min(parameters.size, rows.count - memory.count)
        return try sampling.extend(
            0..<memory.count, by: most, beyond: distance(description, memory), from: rows
        ) { try progress(MemoryProgress(.choosing, $0, of: most)) }
    }

    private func joined(
        _ old: MemoryContents, _ added: AddedPoints, _ chosen: [CandidateChoice.Chosen]
    ) -> MemoryContents {
        var contents = old
        let patches = CandidatePatches(chosen)
        let rows = added.rows.map { $0 - old.entries.count }
        let (sources, places) = patches.sources(of: rows)
        contents.sources += sources
        for (index, row) in rows.enumerated() {
            contents.entries.append(
                MemoryEntry(
                    id: contents.entries.count, source: old.sources.count + places[index],
                    position: patches.position(of: row), side: encoder.shape.sidePixels,
                    tags: patches.tags(of: row), cluster: 0,
                    squaredDistance: added.squaredDistances[index]))
        }
        contents.description.coveringRadius = old.description.coveringRadius.map {
            max($0, added.coveringRadius)
        }
        return contents
    }

    /// Where unfinished work for an addition is kept.
    static func workFolder(for memory: URL) -> URL {
        let folder = memory.standardizedFileURL
        return folder.deletingLastPathComponent()
            .appending(path: folder.lastPathComponent + ".adding")
    }
}
