import Testing

@testable import Reports

@Suite struct LayeredLayoutTests {
    private static func layout(_ nodes: Int, _ edges: [(from: Int, to: Int)]) -> LayeredLayout {
        LayeredLayout(Array(repeating: LayeredLayout.Size(width: 40, height: 20), count: nodes), edges: edges)
    }

    @Test func chainIsVertical() {
        let layout = Self.layout(3, [(0, 1), (1, 2)])
        #expect(Set(layout.centers.map(\.x)).count == 1)
        #expect(layout.centers.map(\.y) == layout.centers.map(\.y).sorted())
        #expect(layout.size.width == 40)
    }

    @Test func crossingsAreRemoved() {
        // Two chains, with the second nodes in the opposite order.
        let layout = Self.layout(4, [(0, 3), (1, 2)])
        #expect((layout.centers[0].x < layout.centers[1].x) == (layout.centers[3].x < layout.centers[2].x))
    }

    @Test func longEdgeAvoidsNodesBetween() throws {
        let layout = Self.layout(4, [(0, 1), (1, 2), (2, 3), (0, 3)])
        let route = layout.routes[3]
        // Both ends, and the top and bottom of the two layers between.
        #expect(route.count == 6)
        for node in [1, 2] {
            for point in route where abs(point.y - layout.centers[node].y) <= 10 { #expect(abs(point.x - layout.centers[node].x) > 20) }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func nodesDoNotOverlapAndEdgesGoDown(_ seed: UInt64) {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        func random(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        let edges = (1..<15).flatMap { node in (0..<1 + random(2)).map { _ in (from: random(node), to: node) } }
        let layout = Self.layout(15, edges)
        for (edge, route) in zip(edges, layout.routes) {
            #expect(route.first?.x == layout.centers[edge.from].x && route.last?.x == layout.centers[edge.to].x)
            #expect(zip(route, route.dropFirst()).allSatisfy { $0.y < $1.y })
        }
        for a in 0..<15 {
            for b in 0..<a where abs(layout.centers[a].y - layout.centers[b].y) < 20 {
                #expect(abs(layout.centers[a].x - layout.centers[b].x) >= 40)
            }
            #expect(layout.centers[a].x >= 19.9 && layout.centers[a].x <= layout.size.width - 19.9)
        }
    }

    @Test func emptyGraphHasNoWidth() {
        #expect(Self.layout(0, []).size.width == 0)
    }
}
