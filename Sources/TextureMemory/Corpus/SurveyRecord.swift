internal import Foundation

/// What a look at one file has shown; kept in the journal so that no file is read twice.
struct SurveyRecord: Codable, Sendable, Equatable {
    let name: String
    let bytes: Int
    let modification: Int
    /// Nil when the file could not be read.
    var sha256: String?
    /// Nil when there is no such picture, or it belongs to another shard.
    var picture: Picture?
    /// Why the file is passed over, nil when it is not.
    var problem: String?

    /// A picture that was looked at.
    struct Picture: Codable, Sendable, Equatable {
        let width: Int
        let height: Int
        /// The cells of the ``PictureSignature``.
        let cells: Data
        /// A byte for each place of the ``PatchGrid``, as in ``PatchGrid/Content``.
        let contents: Data

        var signature: PictureSignature {
            PictureSignature(cells: Array(cells), aspect: Double(width) / Double(height))
        }

        /// Whether the sizes agree with each other, which a journal of another program need not.
        func isPossible(side: Int, stride: Int) -> Bool {
            width > 0 && height > 0 && cells.count == PictureSignature.side * PictureSignature.side
                && contents.count
                    == PatchGrid(width: width, height: height, side: side, stride: stride).count
        }
    }

    init(file: CorpusFile) {
        name = file.name
        bytes = file.bytes
        modification = file.modification
    }

    /// Whether the record is about a file as it is now.
    func isAbout(_ file: CorpusFile) -> Bool {
        name == file.name && bytes == file.bytes && modification == file.modification
    }
}
