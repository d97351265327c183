import Testing

@testable import Autoencoding

@Suite("Tiles of a picture")
struct TilePlanTests {
    @Test(
        "every latent pixel is kept once, with its context or up to the picture's edge",
        arguments: [(8, 48), (3, 48), (13, 40), (1, 8)])
    func coverage(reach: Int, side: Int) {
        for width in [1, 5, side - 1, side, side + 1, 2 * side, 131, 257] {
            let bounds = LatentRectangle(x: 0, y: 0, width: width, height: 3)
            let plan = TilePlan(bounds, overlap: 2 * reach, isBlended: false, side: side)
            var next = 0
            for index in 0..<plan.count {
                let (window, kept) = (plan.window(index), plan.kept(index))
                #expect(kept.x == next, "width \(width), tile \(index)")
                #expect(window.contains(kept) && bounds.contains(window))
                #expect(kept.x - window.x >= reach || window.x == 0)
                let right = window.x + window.width
                #expect(right - kept.columns.upperBound >= reach || right == width)
                next = kept.columns.upperBound
            }
            #expect(next == width)
        }
    }

    @Test("tiles of one plan have one size, within the side asked for where the reach allows it")
    func sizes() {
        let bounds = LatentRectangle(x: 0, y: 0, width: 500, height: 90)
        let plan = TilePlan(bounds, overlap: 16, isBlended: false, side: 144)
        let windows = (0..<plan.count).map(plan.window)
        #expect(Set(windows.map(\.width)).count == 1 && windows[0].width <= 144)
        #expect(windows[0].width.isMultiple(of: 8))
        #expect(Set(windows.map(\.height)) == [90])
        // With a reach of 40, a side of 48 would keep nothing.
        let wide = TilePlan(bounds, overlap: 80, isBlended: false, side: 48)
        #expect(wide.window(0).width == 168)
    }

    @Test("a picture of one tile is cut in two where that is little more work")
    func shared() {
        func windows(width: Int, height: Int) -> [LatentRectangle] {
            let plan = TilePlan(
                LatentRectangle(x: 0, y: 0, width: width, height: height), overlap: 24,
                isBlended: false, side: 144, isShared: true)
            return (0..<plan.count).map(plan.window)
        }
        #expect(windows(width: 71, height: 50).count == 1)
        #expect(windows(width: 72, height: 50).map(\.width) == [48, 48])
        #expect(windows(width: 50, height: 130).map(\.height) == [80, 80])
        #expect(windows(width: 80, height: 80).map(\.y) == [0, 0])
        #expect(windows(width: 150, height: 80).map(\.width) == [88, 88])
        #expect(windows(width: 150, height: 150).count == 4)
    }
}
