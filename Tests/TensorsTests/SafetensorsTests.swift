import Foundation
import TestSupport
import Tensors
import Testing

@Suite("Safetensors files")
struct SafetensorsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func write(_ bytes: Data) throws -> URL {
        let url = folder.file("x.safetensors")
        try bytes.write(to: url)
        return url
    }

    /// A file with any header.
    func file(header: String, data: Int = 0) throws -> URL {
        var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        bytes.append(Data(header.utf8))
        bytes.append(Data(count: data))
        return try write(bytes)
    }

    @Test("what is written is read back, in both element types")
    func roundTrip() throws {
        var writer = SafetensorsWriter()
        writer.metadata = ["a \"name\"\n": "größer ✓"]
        writer.add("z.weight", [2, 3], [1, -2, 3.5, 0, .infinity, 1e-30])
        writer.add("a", [], [0.1], as: .bf16)
        writer.add("empty", [0, 4], [])
        let url = folder.file("x.safetensors")
        try writer.write(to: url)
        let file = try SafetensorsFile(url)
        #expect(file.names == ["a", "empty", "z.weight"])
        #expect(file.metadata == ["a \"name\"\n": "größer ✓"])
        #expect(file.shape(of: "z.weight") == [2, 3] && file.shape(of: "a") == [])
        #expect(try file.floats("z.weight") == [1, -2, 3.5, 0, .infinity, 1e-30])
        #expect(try file.floats("a") == [Reference.bf16(0.1)])
        #expect(try file.floats("empty") == [])
    }

    @Test("equal tensors give equal bytes, whatever the order they were added in")
    func deterministic() {
        var (one, two) = (SafetensorsWriter(), SafetensorsWriter())
        let names = (0..<50).map { "t\($0)" }
        for name in names { one.add(name, [1], [Float(name.count)]) }
        for name in names.reversed() { two.add(name, [1], [Float(name.count)]) }
        one.metadata = ["a": "1", "b": "2"]
        two.metadata = ["b": "2", "a": "1"]
        #expect(one.encoded() == two.encoded())
    }

    @Test("half precision is read, with subnormal numbers and at odd addresses")
    func halfPrecision() throws {
        let header = #"{"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]}} "#
        #expect(header.utf8.count % 2 == 1)
        let url = try file(header: header, data: 6)
        var bytes = try Data(contentsOf: url)
        bytes.replaceSubrange(bytes.count - 6..<bytes.count, with: [0, 0x3C, 1, 0, 0, 0xC1])
        try bytes.write(to: url)
        #expect(try SafetensorsFile(url).floats("h") == [1, 5.9604645e-8, -2.5])
    }

    static let tensor = #"{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

    @Test(
        "hostile headers are refused with their reason",
        arguments: [
            (#"{"a":\#(tensor),"a":\#(tensor)}"#, 8, "twice"),
            (#"{"a":\#(tensor),"b":\#(tensor)}"#, 8, "overlaps"),
            (#"{"a":\#(tensor)}"#, 7, "outside"),
            (#"{"a":\#(tensor)}"#, 9, "belong to no tensor"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, "gap"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "outside"),
            (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "shape"),
            (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, "understood"),
            (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, 8, "understood"),
            (#"{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}"#, 8, "type"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, "lacks"),
            (#"{"a":{"dtype":"F32","shape":[2]}}"#, 8, "lacks"),
            (#"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8, "key"),
            (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#, 8, "key"),
            (
                #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,8]}}"#, 8,
                "shape"
            ),
            (
                #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#, 8,
                "large"
            ),
            (#"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, 8, "understood"),
            (#"{"a":[]}"#, 0, "understood"),
            (#"{"a":\#(tensor)} x"#, 8, "understood"),
            (#"{"a":\#(tensor)"#, 8, "understood"),
            (#"{"__metadata__":{"a":1}}"#, 0, "understood"),
            (#"{"__metadata__":{},"__metadata__":{}}"#, 0, "twice"),
            (#"{"\ud800":\#(tensor)}"#, 8, "understood"),
            (String(repeating: "[", count: 100_000), 0, "understood"),
            ("", 0, "understood"),
        ])
    func hostileHeaders(header: String, data: Int, reason: String) throws {
        let url = try file(header: header, data: data)
        let error = #expect(throws: WeightsError.self) { _ = try SafetensorsFile(url) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("names that are not UTF-8 are refused")
    func notText() throws {
        let url = try file(header: #"{"?":\#(Self.tensor)}"#, data: 8)
        var bytes = try Data(contentsOf: url)
        bytes[10] = 0xFF
        try bytes.write(to: url)
        #expect(throws: WeightsError.self) { _ = try SafetensorsFile(url) }
    }

    @Test("escapes in names are understood")
    func escapes() throws {
        let url = try file(header: #"{"\u00e9\ud83d\ude00\/\n":\#(Self.tensor)}"#, data: 8)
        #expect(try SafetensorsFile(url).names == ["é😀/\n"])
    }

    @Test(
        "lengths that do not fit are refused",
        arguments: [
            [], [1], [UInt8](repeating: 255, count: 8), [9, 0, 0, 0, 0, 0, 0, 0, 123, 125],
            [0, 0, 0, 0, 0, 0, 0, 128, 123, 125],
        ])
    func lengths(bytes: [UInt8]) throws {
        let url = try write(Data(bytes))
        #expect(throws: WeightsError.self) { _ = try SafetensorsFile(url) }
    }

    @Test("a folder and a missing file are refused")
    func noFile() {
        #expect(throws: WeightsError.self) { _ = try SafetensorsFile(folder.url) }
        let missing = folder.file("missing")
        #expect(throws: WeightsError.self) { _ = try SafetensorsFile(missing) }
    }

    @Test("files cut short or with changed bytes give an error or tensors, never a crash")
    func mutations() throws {
        var writer = SafetensorsWriter()
        writer.metadata = ["format": "pt"]
        var random = SplitMix(seed: 19)
        for index in 0..<6 { writer.add("layer.\(index)", [2, 3], random.floats(6)) }
        let whole = writer.encoded()
        let header = 8 + Int(whole[0]) + Int(whole[1]) << 8
        var (opened, refused) = (0, 0)
        for round in 0..<800 {
            var bytes = whole
            if round < 100 {
                bytes = bytes.prefix(Int.random(in: 0..<whole.count, using: &random))
            } else {
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0..<header, using: &random)
                    bytes[place] =
                        round % 2 == 0
                        ? UInt8.random(in: 0...255, using: &random)
                        : Array("0123456789{}[]\",:\\ ".utf8).randomElement(using: &random) ?? 0
                }
            }
            let url = try write(bytes)
            do throws(WeightsError) {
                let file = try SafetensorsFile(url)
                for name in file.names { _ = try? file.floats(name) }
                opened += 1
            } catch {
                refused += 1
            }
        }
        // Both happen: a changed letter of a name is a good file with another name.
        #expect(opened > 20 && refused > 400)
    }
}
