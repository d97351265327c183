internal import Foundation
internal import Imaging
internal import ModelStore

/// Some patches of one picture, as they are stored.
struct EncodedPatches: Sendable {
    /// `[N, V, V, c]`, rounded to half precision.
    var values: [Float16]
    /// `[N, K]`, made of the rounded values.
    var keys: [Float]
}

/// Encodes the chosen patches of pictures, on one thread.
struct PictureEncoder {
    let worker: any PatchWorker
    let shape: PatchShape
    let maximumPixels: Int

    /// Reads a picture again and encodes its chosen patches.
    ///
    /// - Parameter chosen: The picture and the places.
    /// - Returns: The patches, in the order of the places.
    /// - Throws: ``MemoryError`` when the file is another by now, or the networks fail.
    func encode(_ chosen: CandidateChoice.Chosen) throws -> EncodedPatches {
        let file = chosen.picture.file
        let data: Data
        do {
            data = try Data(contentsOf: file.url, options: .alwaysMapped)
        } catch {
            throw MemoryError.unreadable(file: file.name, reason: error.localizedDescription)
        }
        guard Digest.sha256(data) == chosen.picture.sha256 else {
            throw MemoryError.unreadable(
                file: file.name, reason: "it changed while the memory was being built; start again")
        }
        let image = try ImageFile.decode(
            data, name: file.url.lastPathComponent,
            limits: DecodingLimits(maximumPixels: maximumPixels)
        ).image
        return try encode(
            image.separatingAlpha().colour.convertedToColour(), at: chosen.positions,
            name: file.name)
    }

    /// Encodes patches of a picture of red, green and blue.
    func encode(_ image: Image, at positions: [PatchPosition], name: String) throws
        -> EncodedPatches
    {
        let values = try worker.values(at: positions, of: image)
        guard values.count == positions.count * shape.valueSize else {
            throw MemoryError.badPatch(
                source: name, reason: "\(values.count) numbers for \(positions.count) patches")
        }
        return try encoded(values, name: name)
    }

    /// Rounds values and makes their keys.
    func encoded(_ values: [Float], name: String) throws -> EncodedPatches {
        let rounded = values.map { Float16($0) }
        guard rounded.allSatisfy(\.isFinite) else {
            throw MemoryError.badPatch(source: name, reason: "a latent that is not finite")
        }
        let keys = try worker.keys(of: rounded.map { Float($0) })
        guard keys.count * shape.valueSize == values.count * shape.keySize else {
            throw MemoryError.badPatch(source: name, reason: "\(keys.count) numbers as keys")
        }
        for start in stride(from: 0, to: keys.count, by: shape.keySize) {
            let length = keys[start..<start + shape.keySize].reduce(0.0) {
                $0 + Double($1) * Double($1)
            }
            // Written so that a NaN is refused too.
            guard abs(length - 1) < 1e-3 else {
                throw MemoryError.badPatch(source: name, reason: "a key whose length is not 1")
            }
        }
        return EncodedPatches(values: rounded, keys: keys)
    }
}
