import TestSupport
import Tensors
import Testing

@Suite("TokenOrder")
struct TokenOrderTests {
    @Test("windows are read row by row")
    func windows() {
        let order = TokenOrder(windows: 2, shift: 0, height: 2, width: 4)
        #expect(order.tokens == [0, 1, 4, 5, 2, 3, 6, 7])
        #expect(order.groupSize == 4)
    }

    @Test("shifted windows wrap around the edges")
    func shifted() {
        let order = TokenOrder(windows: 2, shift: 1, height: 2, width: 4)
        #expect(order.tokens == [5, 6, 1, 2, 7, 4, 3, 0])
    }

    @Test("every token comes once, for any shift", arguments: 0..<8)
    func permutation(shift: Int) {
        let order = TokenOrder(windows: 8, shift: shift, height: 24, width: 16)
        #expect(order.tokens.sorted() == (0..<24 * 16).map(Int32.init))
    }

    @Test("tokens of one category keep their order")
    func stableSort() {
        let byHand = TokenCategories([2, 0, 2, 1, 0], categoryCount: 3)
        #expect(TokenOrder(sorting: byHand, groupSize: 5).tokens == [1, 4, 3, 0, 2])
        var random = SplitMix(seed: 15)
        let numbers = (0..<4096).map { _ in Int32.random(in: 0..<64, using: &random) }
        let order = TokenOrder(sorting: TokenCategories(numbers, categoryCount: 64), groupSize: 128)
        let expected = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
        #expect(order.tokens == expected.map(Int32.init))
    }
}
