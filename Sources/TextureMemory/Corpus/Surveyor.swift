internal import Foundation
internal import Imaging
internal import ModelStore

/// Looks at one file of a corpus: its digest, its copies' signature, and what its patches hold.
struct Surveyor: Sendable {
    let parameters: BuildParameters
    let shape: PatchShape

    /// Reads a file; whatever is wrong with it stands in the record.
    func survey(_ file: CorpusFile) -> SurveyRecord {
        var record = SurveyRecord(file: file)
        do {
            let data = try Data(contentsOf: file.url, options: .alwaysMapped)
            guard let sha256 = Digest.sha256(data) else {
                record.problem = "its SHA-256 cannot be computed"
                return record
            }
            record.sha256 = sha256
            guard isInShard(sha256) else { return record }
            let decoded = try ImageFile.decode(
                data, name: file.url.lastPathComponent,
                limits: DecodingLimits(maximumPixels: parameters.maximumPixels))
            record.picture = picture(decoded.image)
        } catch {
            record.problem = (error as? ImageError)?.description ?? error.localizedDescription
        }
        return record
    }

    /// Whether a picture belongs to this shard: by its digest, so that it is the same one anywhere.
    private func isInShard(_ sha256: String) -> Bool {
        let number = PatchPriority(seed: 0).picture(sha256)
        return Int(number % UInt64(parameters.shard.count)) == parameters.shard.index - 1
    }

    private func picture(_ image: Image) -> SurveyRecord.Picture {
        let (colour, alpha) = image.separatingAlpha()
        let luma = colour.luma()
        let grid = PatchGrid(
            width: image.width, height: image.height, side: shape.sidePixels,
            stride: parameters.stride ?? shape.sidePixels)
        let contents = grid.contents(luma: luma, alpha: alpha, flatBelow: parameters.flatBelow)
        return SurveyRecord.Picture(
            width: image.width, height: image.height,
            cells: Data(PictureSignature(luma: luma).cells),
            contents: Data(contents.map(\.rawValue)))
    }
}
