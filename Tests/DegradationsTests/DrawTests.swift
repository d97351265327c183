import Degradations
import Foundation
import Imaging
import RandomDraws
import TestSupport
import Testing

/// Draws of the shipped recipe against those of the Python twin.
@Suite("Draws")
struct DrawTests {
    /// `draws.json`.
    struct Golden: Decodable {
        struct Distribution: Decodable {
            let count: Int
            /// Values, and how many draws were not above each.
            let points: [Double]
            let below: [Int]
        }

        let count: Int
        let words: [String: [String: Int]]
        let numbers: [String: Distribution]
    }

    static let count = 8000

    static func statistics() throws -> DrawStatistics {
        let recipe = try RecipeTests.shipped()
        var statistics = DrawStatistics()
        for index in 0..<count {
            let source = DrawSource(seed: 9, content: Data("\(index)".utf8))
            statistics.add(recipe.draw(width: 640, height: 480, source: source))
        }
        return statistics
    }

    @Test("order, shapes, sides, methods and kinds are as frequent as the twin's")
    func words() throws {
        let golden = try JSONDecoder().decode(Golden.self, from: Fixture.data("draws.json"))
        let statistics = try Self.statistics()
        #expect(Set(statistics.words.keys) == Set(golden.words.keys))
        for (name, expected) in golden.words {
            let found = statistics.words[name] ?? [:]
            let total = Double(expected.values.reduce(0, +))
            let ours = Double(found.values.reduce(0, +))
            for word in Set(expected.keys).union(found.keys) {
                let (a, b) = (Double(expected[word] ?? 0), Double(found[word] ?? 0))
                // Two shares of the same probability differ by more than five deviations once in
                // two million cases; the half is for the rarest words.
                let share = (a + b) / (total + ours)
                let spread = (share * (1 - share) * (1 / total + 1 / ours)).squareRoot()
                #expect(
                    abs(a / total - b / ours) <= 5 * spread + 0.5 / min(total, ours),
                    "\(name): \(word) \(a) of \(total), \(b) of \(ours)")
            }
        }
    }

    @Test("every number has the twin's distribution (Kolmogorov and Smirnov)")
    func numbers() throws {
        let golden = try JSONDecoder().decode(Golden.self, from: Fixture.data("draws.json"))
        let statistics = try Self.statistics()
        #expect(Set(statistics.numbers.keys) == Set(golden.numbers.keys))
        #expect(golden.numbers.count == 30)
        for (name, expected) in golden.numbers {
            let found = statistics.numbers[name] ?? []
            let total = Double(expected.count)
            let ours = Double(found.count)
            // Exceeded once in a million cases.
            let allowed = 2.7 * (1 / total + 1 / ours).squareRoot()
            for (point, below) in zip(expected.points, expected.below) {
                let share = Double(found.count { $0 <= point + 1e-12 }) / ours
                #expect(abs(share - Double(below) / total) < allowed, "\(name) up to \(point)")
            }
        }
    }

    @Test("a key decides all; every content, seed and branch has draws of its own")
    func keys() throws {
        let recipe = try RecipeTests.shipped()
        func draw(_ source: DrawSource) -> [DegradationStep] {
            recipe.draw(width: 64, height: 48, source: source).steps
        }
        let content = Data("nine bytes and more".utf8)
        let one = draw(DrawSource(seed: 1, content: content))
        #expect(draw(DrawSource(seed: 1, content: content)) == one)
        #expect(draw(DrawSource(seed: 2, content: content)) != one)
        #expect(draw(DrawSource(seed: 1, content: content + Data([0]))) != one)
        #expect(draw(DrawSource(seed: 1, content: content.dropLast())) != one)
        let keys = Set((0..<1000).map { DrawSource(key: 7).branch($0).key })
        #expect(keys.count == 1000)
    }

    @Test("the last size is the input's over the scale, rounded up", arguments: [1, 2, 3, 4, 16])
    func sizes(scale: Int) throws {
        let recipe = try RecipeTests.shipped()
        for (width, height) in [(1, 1), (64, 48), (65, 47), (5, 400)] {
            let drawn = recipe.draw(
                width: width, height: height, scale: scale, source: DrawSource(key: 5))
            let last = drawn.steps.last { if case .resize = $0 { true } else { false } }
            guard case .resize(let resize)? = last else {
                Issue.record("no reduction")
                return
            }
            #expect(resize.width == (width + scale - 1) / scale && resize.factor == nil)
            #expect(resize.height == (height + scale - 1) / scale)
        }
    }

    /// `outcomes.json`.
    struct Outcomes: Decodable {
        let count: Int
        let mean: [Double]
        let deviation: [Double]
    }

    @Test("what comes out is like the twin's: level, detail, contrast and colour")
    func outcomes() throws {
        let golden = try JSONDecoder().decode(Outcomes.self, from: Fixture.data("outcomes.json"))
        let recipe = try RecipeTests.shipped()
        let count = 1500
        let tensors = try StepTests().tensors
        let picture = Image(
            width: 64, height: 64, channels: .rgb, pixels: try tensors.floats("large"))
        var rows: [[Double]] = Array(repeating: [], count: golden.mean.count)
        for index in 0..<count {
            let drawn = recipe.draw(
                width: 64, height: 64, source: DrawSource(key: UInt64(index)).branch(77))
            let figures = try picture.degraded(by: drawn, threads: 1).figures
            for (column, figure) in figures.enumerated() { rows[column].append(figure) }
        }
        for (column, values) in rows.enumerated() {
            let found = Moments(values)
            let spread = (1 / Double(count) + 1 / Double(golden.count)).squareRoot()
            let off = abs(found.mean - golden.mean[column])
            #expect(
                off < 5 * golden.deviation[column] * spread,
                "figure \(column): \(found.mean), twin \(golden.mean[column])")
            // A deviation is itself uncertain, by √(κ − 1) / 2 of it for one sample.
            let uncertainty = (found.kurtosis - 1).squareRoot() / 2 * spread
            #expect(abs(found.deviation / golden.deviation[column] - 1) < 5 * uncertainty)
        }
    }
}

extension Image {
    /// The figures of `outcomes.json`: mean, squares of vertical and horizontal differences, mean
    /// deviation of the channels, deviation of differences of channels.
    fileprivate var figures: [Double] {
        func sample(_ x: Int, _ y: Int, _ c: Int) -> Double {
            Double(pixels[index(x: x, y: y) + c])
        }
        var (vertical, horizontal, between): ([Double], [Double], [Double]) = ([], [], [])
        var planes: [[Double]] = [[], [], []]
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<3 {
                    planes[c].append(sample(x, y, c))
                    if y > 0 { vertical.append(sample(x, y, c) - sample(x, y - 1, c)) }
                    if x > 0 { horizontal.append(sample(x, y, c) - sample(x - 1, y, c)) }
                    if c > 0 { between.append(sample(x, y, c) - sample(x, y, c - 1)) }
                }
            }
        }
        func meanSquare(_ values: [Double]) -> Double {
            values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        }
        return [
            Moments(planes.flatMap { $0 }).mean, meanSquare(vertical), meanSquare(horizontal),
            planes.map { Moments($0).deviation }.reduce(0, +) / 3, Moments(between).deviation,
        ]
    }
}
