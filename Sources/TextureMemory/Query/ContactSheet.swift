public import Imaging

/// Pictures by which people judge a memory.
public struct ContactSheet: Sendable {
    private let memory: TextureMemory
    private let encoder: any PatchEncoder

    private static let gap = 8
    private static let line = 16

    /// Sheets of a memory.
    ///
    /// - Parameters:
    ///   - memory: The memory.
    ///   - encoder: The networks that it was made with, whose decoder shows what is in it.
    public init(_ memory: TextureMemory, encoder: any PatchEncoder) {
        precondition(
            encoder.shape == memory.description.shape,
            "\(encoder.shape) for \(memory.description.shape)")
        self.memory = memory
        self.encoder = encoder
    }

    /// A photo's patches, each beside the entries found for it with their similarities.
    ///
    /// Of a photo with more patches than rows the most different ones are shown, from the top left to
    /// the bottom right. Below each patch stands its place, below each entry its similarity and
    /// number.
    ///
    /// - Parameters:
    ///   - answer: What the memory answered.
    ///   - rows: The most patches to show, at least 1.
    /// - Returns: The sheet.
    /// - Throws: What the networks throw.
    public func sheet(_ answer: MemoryQuery.Answer, rows: Int = 24) throws -> Image {
        precondition(rows >= 1, "\(rows) rows")
        let shown = try mostDifferent(answer, rows)
        let columns = shown.map { answer.patches[$0].matches.count }.max() ?? 0
        let side = encoder.shape.sidePixels
        let (cell, height) = (side + Self.gap, side + Self.line + Self.gap)
        var canvas = SheetCanvas(
            width: Self.gap + cell * (columns + 1) + Self.gap,
            height: Self.gap + height * shown.count)
        let pictures = try pictures(
            of: Set(shown.flatMap { answer.patches[$0].matches.map(\.entry) }).sorted())
        for (row, index) in shown.enumerated() {
            let patch = answer.patches[index]
            let y = Self.gap + row * height
            canvas.place(
                answer.image.cropped(
                    x: patch.position.x, y: patch.position.y, width: side, height: side),
                x: Self.gap, y: y)
            canvas.write("\(patch.position.x),\(patch.position.y)", x: Self.gap, y: y + side + 4)
            for (column, match) in patch.matches.enumerated() {
                let x = 2 * Self.gap + cell * (column + 1)
                if let picture = pictures[match.entry] { canvas.place(picture, x: x, y: y) }
                canvas.write(
                    "\(Self.rounded(match.similarity)) #\(match.entry)", x: x, y: y + side + 4)
            }
        }
        return canvas.image
    }

    /// All entries, or those given, group by group.
    ///
    /// - Parameters:
    ///   - entries: Numbers of entries; nil for all.
    ///   - side: The side of each picture in pixels, at least 8.
    ///   - columns: Pictures in a row, at least 1.
    ///   - progress: Called with the number of entries done; what it throws ends the work.
    /// - Returns: The sheet; each group starts a row, its number and its entries' before it.
    /// - Throws: What the networks throw.
    public func overview(
        _ entries: [Int]? = nil, side: Int = 64, columns: Int = 32,
        progress: (Int) throws -> Void = { _ in }
    ) throws -> Image {
        precondition(side >= 8 && columns >= 1, "\(columns) columns of \(side) pixels")
        let chosen = entries.map(Set.init)
        let all = try memory.entries().filter { chosen?.contains($0.id) ?? true }
        let groups = Dictionary(grouping: all, by: \.cluster).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.map(\.id)) }
        let cell = side + 2
        let rows = groups.reduce(0) { $0 + ($1.1.count + columns - 1) / columns }
        let height = groups.count * (Self.line + Self.gap) + rows * cell
        var canvas = SheetCanvas(
            width: 2 * Self.gap + columns * cell, height: max(1, height + Self.gap))
        var (y, done) = (Self.gap, 0)
        for (group, members) in groups {
            canvas.write("#\(group) - \(members.count)", x: Self.gap, y: y + 4, size: 1)
            y += Self.line
            for start in stride(from: 0, to: members.count, by: columns) {
                let row = Array(members[start..<min(start + columns, members.count)])
                let pictures = try pictures(of: row)
                for (column, entry) in row.enumerated() {
                    guard let picture = pictures[entry] else { continue }
                    canvas.place(
                        picture.resized(width: side, height: side).clamped(),
                        x: Self.gap + column * cell, y: y)
                }
                done += row.count
                try progress(done)
                y += cell
            }
            y += Self.gap
        }
        return canvas.image
    }

    private func pictures(of entries: [Int]) throws -> [Int: Image] {
        let worker = try encoder.makeWorker()
        var result: [Int: Image] = [:]
        for start in stride(from: 0, to: entries.count, by: 32) {
            let part = Array(entries[start..<min(start + 32, entries.count)])
            for (entry, picture) in zip(
                part, try worker.pictures(of: memory.values(of: part)))
            {
                result[entry] = picture.clamped()
            }
        }
        return result
    }

    /// The patches whose keys lie farthest apart, in the order of the photo.
    private func mostDifferent(_ answer: MemoryQuery.Answer, _ count: Int) throws -> [Int] {
        guard answer.patches.count > count else { return Array(answer.patches.indices) }
        let width = encoder.shape.keySize
        return try answer.keys.withUnsafeBytes { keys in
            let candidates = SamplingCandidates(
                values: UnsafeRawBufferPointer(start: nil, count: 0), keys: keys,
                count: answer.patches.count, valueWidth: 0, keyWidth: width)
            return try FarthestPointSampling(start: .nearestToCentroid)
                .select(count, from: candidates).indices.sorted()
        }
    }

    /// Three digits after the point.
    private static func rounded(_ similarity: Float) -> String {
        let thousandths = Int((abs(similarity) * 1000).rounded())
        let digits = String(thousandths % 1000)
        let padding = String(repeating: "0", count: 3 - digits.count)
        return (similarity < 0 ? "-" : "") + "\(thousandths / 1000).\(padding)\(digits)"
    }
}
