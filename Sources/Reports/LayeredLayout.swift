/// A layout of a directed acyclic graph in layers from top to bottom, with few crossings and mostly straight edges.
///
/// Source: Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981.
struct LayeredLayout {
    struct Size {
        var width: Double
        var height: Double
    }

    struct Point: Hashable {
        var x: Double
        var y: Double
    }

    private static let gap = 16.0
    private static let layerGap = 32.0
    private static let sweeps = 60
    /// Width reserved for an edge that passes a layer.
    private static let edgeWidth = 6.0

    /// Centers of the nodes.
    private(set) var centers: [Point] = []
    /// Points of each edge, from the bottom of its first node to the top of its last. An edge is vertical within each layer it passes.
    private(set) var routes: [[Point]] = []
    private(set) var size = Size(width: 0, height: 0)

    /// Sizes of the nodes, then of the points where long edges pass a layer.
    private var sizes: [Size]
    private var layers: [[Int]] = []
    private var above: [[Int]] = []
    private var below: [[Int]] = []
    private var isPassing: [Bool]
    private var x: [Double] = []

    /// - Parameters:
    ///   - nodes: their sizes.
    ///   - edges: from node to node; a node is in a later layer than its inputs.
    init(_ nodes: [Size], edges: [(from: Int, to: Int)]) {
        sizes = nodes
        isPassing = Array(repeating: false, count: nodes.count)
        var layerOf = Self.layers(nodes.count, edges)
        var chains: [[Int]] = []
        for edge in edges {
            var chain = [edge.from]
            for layer in (layerOf[edge.from] + 1)..<max(layerOf[edge.from] + 1, layerOf[edge.to]) {
                chain.append(sizes.count)
                sizes.append(Size(width: Self.edgeWidth, height: 0))
                isPassing.append(true)
                layerOf.append(layer)
            }
            chains.append(chain + [edge.to])
        }
        above = Array(repeating: [], count: sizes.count)
        below = above
        for chain in chains {
            for (upper, lower) in zip(chain, chain.dropFirst()) {
                below[upper].append(lower)
                above[lower].append(upper)
            }
        }
        layers = Array(repeating: [], count: (layerOf.max() ?? -1) + 1)
        for index in sizes.indices { layers[layerOf[index]].append(index) }
        order()
        spread()
        place(nodes.count, chains, layerOf)
    }

    /// The layer of each node: the length of its longest path from a source. Nodes then move as close as possible to their first reader.
    private static func layers(_ count: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
        var layers = Array(repeating: 0, count: count)
        for _ in 0..<count { for edge in edges { layers[edge.to] = max(layers[edge.to], layers[edge.from] + 1) } }
        let sources = Set(0..<count).subtracting(edges.map(\.to))
        for _ in 0..<count {
            for node in 0..<count where !sources.contains(node) {
                if let first = edges.filter({ $0.from == node }).map({ layers[$0.to] }).min() { layers[node] = first - 1 }
            }
        }
        return layers
    }

    // MARK: Order in the layers

    private mutating func order() {
        var best = layers
        var fewest = crossings()
        for sweep in 0..<Self.sweeps where fewest > 0 {
            let isDown = sweep.isMultiple(of: 2)
            for index in isDown ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed() {
                let neighbors = isDown ? above : below
                let fixed = positions(layers[isDown ? index - 1 : index + 1])
                let wishes = layers[index].enumerated().map { place, node in
                    let places = neighbors[node].compactMap { fixed[$0] }
                    return places.isEmpty ? Double(place) : places.reduce(0, +) / Double(places.count)
                }
                layers[index] = layers[index].indices.sorted { (wishes[$0], $0) < (wishes[$1], $1) }.map { layers[index][$0] }
            }
            let now = crossings()
            if now < fewest { (best, fewest) = (layers, now) }
        }
        layers = best
    }

    private func positions(_ layer: [Int]) -> [Int: Double] {
        Dictionary(uniqueKeysWithValues: layer.enumerated().map { ($1, Double($0)) })
    }

    private func crossings() -> Int {
        var count = 0
        for (upper, lower) in zip(layers, layers.dropFirst()) {
            let places = positions(lower)
            let ends = upper.flatMap { node in below[node].map { places[$0] ?? 0 }.sorted() }
            for (index, end) in ends.enumerated() { count += ends[..<index].count { $0 > end } }
        }
        return count
    }

    // MARK: Places in the layers

    /// Moves each node toward the mean of its neighbors, with more weight on long edges. Order and minimum distances within a layer stay.
    private mutating func spread() {
        x = Array(repeating: 0, count: sizes.count)
        for layer in layers {
            var right = 0.0
            for node in layer {
                x[node] = right + sizes[node].width / 2
                right += sizes[node].width + Self.gap
            }
            for node in layer { x[node] -= (right - Self.gap) / 2 }
        }
        for sweep in 0..<Self.sweeps {
            for layer in sweep.isMultiple(of: 2) ? layers : layers.reversed() {
                let wishes = layer.map { node in
                    let neighbors = (above[node] + below[node]).map { (x: x[$0], weight: weight(node, $0)) }
                    let total = neighbors.reduce(0) { $0 + $1.weight }
                    return (place: total == 0 ? x[node] : neighbors.reduce(0) { $0 + $1.x * $1.weight } / total, weight: max(1, total))
                }
                for (node, place) in zip(layer, separated(layer, wishes)) { x[node] = place }
            }
        }
    }

    /// The attraction between the two ends of a line. It is strongest for long edges, so that they become straight.
    private func weight(_ a: Int, _ b: Int) -> Double {
        switch (isPassing[a], isPassing[b]) {
        case (true, true): 8
        case (false, false): 1
        default: 2
        }
    }

    /// The places nearest to the wished ones by least squares, subject to order and minimum distances. This is an isotonic regression of
    /// the wishes minus the distances.
    private func separated(_ layer: [Int], _ wishes: [(place: Double, weight: Double)]) -> [Double] {
        var offsets: [Double] = []
        for (place, node) in layer.enumerated() {
            offsets.append(place == 0 ? 0 : offsets[place - 1] + (sizes[layer[place - 1]].width + sizes[node].width) / 2 + Self.gap)
        }
        var blocks: [(sum: Double, weight: Double, count: Int)] = []
        for (wish, offset) in zip(wishes, offsets) {
            blocks.append(((wish.place - offset) * wish.weight, wish.weight, 1))
            while blocks.count > 1,
                blocks[blocks.count - 2].sum / blocks[blocks.count - 2].weight > blocks[blocks.count - 1].sum
                    / blocks[blocks.count - 1].weight
            {
                let last = blocks.removeLast()
                let before = blocks.removeLast()
                blocks.append((before.sum + last.sum, before.weight + last.weight, before.count + last.count))
            }
        }
        return zip(blocks.flatMap { Array(repeating: $0.sum / $0.weight, count: $0.count) }, offsets).map(+)
    }

    private mutating func place(_ count: Int, _ chains: [[Int]], _ layerOf: [Int]) {
        let left = sizes.indices.map { x[$0] - sizes[$0].width / 2 }.min() ?? 0
        let right = sizes.indices.map { x[$0] + sizes[$0].width / 2 }.max() ?? 0
        var points = Array(repeating: Point(x: 0, y: 0), count: sizes.count)
        var top = 0.0
        var heights: [Double] = []
        for layer in layers {
            let height = layer.map { sizes[$0].height }.max() ?? 0
            for node in layer { points[node] = Point(x: x[node] - left, y: top + height / 2) }
            heights.append(height)
            top += height + Self.layerGap
        }
        size = Size(width: right - left, height: max(0, top - Self.layerGap))
        centers = Array(points[..<count])
        routes = chains.map { chain in
            chain.enumerated().flatMap { place, node in
                let half = (isPassing[node] ? heights[layerOf[node]] : sizes[node].height) / 2
                let (upper, lower) = (
                    Point(x: points[node].x, y: points[node].y - half), Point(x: points[node].x, y: points[node].y + half)
                )
                return place == 0 ? [lower] : place == chain.count - 1 ? [upper] : [upper, lower]
            }
        }
    }
}
