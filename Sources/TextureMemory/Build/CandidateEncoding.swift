internal import Foundation
internal import ModelStore
internal import Regions

/// The second pass over a corpus: chosen patches are encoded and kept.
struct CandidateEncoding {
    /// A picture whose patches are all on the disk.
    struct Done: Codable {
        let sha256: String
        let slot: Int
        let count: Int
    }

    let encoder: any PatchEncoder
    let parameters: BuildParameters
    let threads: Int

    /// Encodes what earlier runs have not encoded.
    ///
    /// Rows are brought to the disk before the journal says so, every two seconds.
    ///
    /// - Parameters:
    ///   - chosen: Pictures and places; patches get their rows in this order.
    ///   - work: Where the work is kept.
    ///   - progress: Called after every picture.
    /// - Returns: The rows.
    /// - Throws: ``MemoryError``, and what the networks or `progress` throw; finished rows are kept.
    func run(
        _ chosen: [CandidateChoice.Chosen], in work: WorkFolder,
        progress: (MemoryProgress) throws -> Void
    ) throws -> CandidateStore {
        var slots = [0]
        for item in chosen { slots.append(slots[slots.count - 1] + item.positions.count) }
        let total = slots[slots.count - 1]
        try forgetOtherRows(chosen, count: total, work)
        let store = try CandidateStore(
            values: work.file(WorkFolder.valuesFile), keys: work.file(WorkFolder.keysFile),
            count: total, shape: encoder.shape)
        let journal = try Journal<Done>(work.file(WorkFolder.encodedFile))
        let done = Set(journal.found.map(\.sha256))
        let open = chosen.indices.filter { !done.contains(chosen[$0].picture.sha256) }
        let resumed = total - open.reduce(0) { $0 + chosen[$1].positions.count }
        var completed = resumed
        try progress(MemoryProgress(.encoding, completed, of: total, resumed: resumed))

        var unsaved: [Done] = []
        var saved = ContinuousClock.now
        func save() throws {
            try store.synchronize()
            for record in unsaved { try journal.append(record) }
            try journal.synchronize()
            unsaved = []
            saved = .now
        }
        // What was encoded before an interruption or an error is kept.
        defer { if !unsaved.isEmpty { try? save() } }
        let (encoder, pixels) = (self.encoder, parameters.maximumPixels)
        try OrderedWorkers.run(
            count: open.count, threads: threads,
            makeWorker: {
                let picture = PictureEncoder(
                    worker: try encoder.makeWorker(), shape: encoder.shape, maximumPixels: pixels)
                return { try picture.encode(chosen[open[$0]]) }
            },
            use: { piece, patches in
                let item = chosen[open[piece]]
                try store.write(patches, at: slots[open[piece]])
                unsaved.append(
                    Done(
                        sha256: item.picture.sha256, slot: slots[open[piece]],
                        count: item.positions.count))
                completed += item.positions.count
                if saved.duration(to: .now) > .seconds(2) { try save() }
                try progress(MemoryProgress(.encoding, completed, of: total, resumed: resumed))
            })
        if !unsaved.isEmpty { try save() }
        return store
    }

    /// Discards rows that belong to another choice, because files came or went meanwhile, and the
    /// journal of rows that are not there: it would pass off room that was set aside as patches.
    private func forgetOtherRows(
        _ chosen: [CandidateChoice.Chosen], count: Int, _ work: WorkFolder
    ) throws {
        var text = ""
        for item in chosen {
            text += item.picture.sha256
            for position in item.positions { text += " \(position.x),\(position.y)" }
            text += "\n"
        }
        let digest = Data((Digest.sha256(Data(text.utf8)) ?? "").utf8)
        let file = work.file(WorkFolder.chosenFile)
        let holdsRows = CandidateStore.holdsRows(
            values: work.file(WorkFolder.valuesFile), keys: work.file(WorkFolder.keysFile),
            count: count, shape: encoder.shape)
        if holdsRows, (try? Data(contentsOf: file)) == digest { return }
        for name in [WorkFolder.encodedFile, WorkFolder.valuesFile, WorkFolder.keysFile] {
            try? FileManager.default.removeItem(at: work.file(name))
        }
        try DurableFile.write(digest, to: file)
    }
}
