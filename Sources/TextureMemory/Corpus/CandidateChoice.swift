/// Which patches of a corpus are encoded.
enum CandidateChoice {
    /// The chosen patches of one picture.
    struct Chosen: Sendable {
        var picture: Survey.Picture
        /// In the order of rows and columns; never empty.
        let positions: [PatchPosition]
    }

    /// Chooses at random, with a given seed, among all places that hold something.
    ///
    /// Those of the whole corpus are among those of its shards: whichever place has one of the `n`
    /// lowest numbers of all has one of the `n` lowest of its shard.
    ///
    /// A flat place takes part only when a second random number is below
    /// ``BuildParameters/flatShare``.
    ///
    /// - Parameters:
    ///   - pictures: The pictures, in the order of their digests.
    ///   - parameters: How many, and which sample.
    ///   - shape: The patches of the encoder.
    ///   - report: Gains the counts.
    /// - Returns: The pictures that patches were chosen from, in the same order.
    static func run(
        _ pictures: [Survey.Picture], _ parameters: BuildParameters, shape: PatchShape,
        report: inout BuildReport
    ) -> [Chosen] {
        let priority = PatchPriority(seed: parameters.seed)
        let share = parameters.flatShare * 0x1p64
        var lowest = LowestFew<(picture: Int, position: PatchPosition)>(
            parameters.initial
        ) { ($0.picture, $0.position) < ($1.picture, $1.position) }
        for (index, picture) in pictures.enumerated() {
            let grid = PatchGrid(
                width: picture.width, height: picture.height, side: shape.sidePixels,
                stride: parameters.stride ?? shape.sidePixels)
            let number = priority.picture(picture.sha256)
            var usable = 0
            for (place, content) in picture.contents.enumerated() {
                let position = grid.position(place)
                switch PatchGrid.Content(rawValue: content) {
                case .textured: break
                case .flat:
                    if Double(priority.patch(position, of: number, purpose: 1)) >= share {
                        report.flat += 1
                        usable += 1
                        continue
                    }
                case .unusable, nil: continue
                }
                usable += 1
                lowest.add((index, position), priority: priority.patch(position, of: number))
            }
            report.places += usable
            if usable == 0 { report.tooSmall += 1 }
        }
        var positions: [Int: [PatchPosition]] = [:]
        for value in lowest.values { positions[value.picture, default: []].append(value.position) }
        report.candidates = lowest.values.count
        report.pictures = positions.count
        return positions.keys.sorted().map { index in
            Chosen(picture: pictures[index], positions: (positions[index] ?? []).sorted())
        }
    }
}
