import ArgumentParser
import Foundation
import TextureMemory

/// A safetensors file of candidates, mapped: its rows are not copied.
struct CandidateFile {
    private struct Entry: Decodable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    private struct Header: Decodable {
        let values, keys: Entry
    }

    private let data: Data
    private let start: Int
    private let header: Header

    init(_ url: URL) throws {
        data = try Data(contentsOf: url, options: .alwaysMapped)
        guard data.count >= 8 else { throw ValidationError("\(url.path) is no safetensors file") }
        let length = data.withUnsafeBytes { Int($0.loadUnaligned(as: UInt32.self)) }
        guard 8 + length <= data.count else { throw ValidationError("\(url.path) is cut short") }
        header = try JSONDecoder().decode(Header.self, from: data[8..<8 + length])
        start = 8 + length
        guard header.values.dtype == "F16", header.keys.dtype == "F32",
            header.values.shape.first == header.keys.shape.first, header.keys.shape.count == 2
        else { throw ValidationError("values in F16 and as many keys in F32 are needed") }
    }

    func withCandidates(_ body: (SamplingCandidates) throws -> Void) throws {
        try data.withUnsafeBytes { bytes in
            func part(_ entry: Entry) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(
                    rebasing: bytes[start + entry.data_offsets[0]..<start + entry.data_offsets[1]])
            }
            try body(
                SamplingCandidates(
                    values: part(header.values), keys: part(header.keys),
                    count: header.keys.shape[0],
                    valueWidth: header.values.shape.dropFirst().reduce(1, *),
                    keyWidth: header.keys.shape[1]))
        }
    }
}
