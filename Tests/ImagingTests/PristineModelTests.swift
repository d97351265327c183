import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite("Models of NIQE")
struct PristineModelTests {
    let folder: TemporaryFolder
    let bytes: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        bytes = Array(try Fixture.data("niqe_model.npz"))
    }

    private func read(_ bytes: [UInt8]) throws -> PristineModel {
        try PristineModel(contentsOf: URL(filePath: folder.write(Data(bytes), "model.npz")))
    }

    @Test("the two arrays of a file of NumPy are read")
    func reading() throws {
        let model = try read(bytes)
        #expect(model.mean.count == 36 && model.covariance.count == 36 * 36)
        #expect(model.mean.allSatisfy { (0...2).contains($0) })
        #expect(model.covariance[1] == model.covariance[36])
    }

    @Test("a file that is cut short anywhere is refused")
    func truncation() {
        for count in stride(from: 0, to: bytes.count, by: 61) {
            #expect(throws: (any Error).self) { try read(Array(bytes[..<count])) }
        }
    }

    @Test("no single wrong byte passes for another model")
    func damage() throws {
        let whole = try read(bytes)
        for place in stride(from: 0, to: bytes.count, by: 23) {
            var wrong = bytes
            wrong[place] ^= 0x55
            // A byte that means nothing here, such as a date's, may change.
            if let model = try? read(wrong) { #expect(model == whole, "byte \(place)") }
        }
    }

    @Test("other files are refused with the reason")
    func refusal() throws {
        func reason(_ bytes: [UInt8]) -> String? {
            do {
                _ = try read(bytes)
                return nil
            } catch { return (error as? PristineModelError)?.reason }
        }
        #expect(reason(Array("a picture".utf8)) == "this is not an .npz file")
        #expect(reason([UInt8](repeating: 0, count: 5000)) == "this is not an .npz file")
        var compressed = bytes
        let directory = try #require(
            (0..<bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual([0x50, 0x4b, 1, 2]) })
        compressed[directory + 10] = 8
        #expect(reason(compressed)?.contains("compressed") == true)
        var renamed = bytes
        renamed[directory + 46] = 0x78
        #expect(reason(renamed) == "it has no array 'mu_pris_param'")
        #expect(throws: ImageError.self) {
            try read([UInt8](repeating: 0, count: 1 << 20 + 1))
        }
        #expect(throws: ImageError.missing(file: "none.npz")) {
            try PristineModel(contentsOf: folder.file("none.npz"))
        }
    }

    @Test("the inverse form of a matrix equals the one by hand")
    func inverseForm() throws {
        // The inverse of [[2, 1], [1, 3]] is [[3, -1], [-1, 2]] / 5.
        let matrix = try #require(SymmetricMatrix(size: 2, values: [2, 1, 1, 3]))
        #expect(abs(matrix.inverseForm(of: [1, 2]) - 7.0 / 5) < 1e-12)
        // Of a singular one, only what it can reach counts: [[1, 1], [1, 1]] has the inverse / 4.
        let singular = try #require(SymmetricMatrix(size: 2, values: [1, 1, 1, 1]))
        #expect(abs(singular.inverseForm(of: [1, 3]) - 4) < 1e-12)
        #expect(SymmetricMatrix(size: 2, values: [1, 2, 3, 4]) == nil)
    }

    @Test("the shape of a fitted distribution is the nearest in the table")
    func shapes() {
        // Moments of a Gaussian: E|x|² / E x² = 2/π, at the shape 2.
        var gaussian: [Double] = []
        var random = SplitMix(seed: 3)
        for _ in 0..<40_000 {
            let sum = random.floats(12, in: 0...1).reduce(0) { $0 + Double($1) } - 6
            gaussian.append(sum)
        }
        let fitted = AsymmetricGaussian(fitting: gaussian)
        #expect(abs(fitted.shape - 2) < 0.1)
        #expect(abs(fitted.left - 2.0.squareRoot()) < 0.05)
        // Two values, left and right: flatter than any shape of the table.
        #expect(AsymmetricGaussian(fitting: [-1, 1, -1, 1]).shape == 10)
        // Nothing at all: the first of the table, and no betas.
        let nothing = AsymmetricGaussian(fitting: [0, 0])
        #expect(nothing.shape == 0.2 && nothing.left.isNaN && nothing.right.isNaN)
    }
}
