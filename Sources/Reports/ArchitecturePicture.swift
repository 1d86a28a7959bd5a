import SearchSpace

/// A picture of an architecture: its network as a row of boxes, each cell as a graph of values and operations, and a legend.
public struct ArchitecturePicture {
    /// The minimum width; a wide cell makes the picture wider.
    private static let width = 600.0
    private static let margin = 20.0
    private static let font = 12.0
    private static let boxHeight = 24.0
    private static let arrowLength = 18.0

    private let space: SearchSpace
    private let architecture: Architecture
    private var text = SVGText()
    private var y = margin
    private var right = width
    private var kinds: Set<Diagram.OperationKind> = []

    /// The picture as an SVG document.
    public static func svg(of architecture: Architecture, in space: SearchSpace) -> String {
        var picture = ArchitecturePicture(space: space, architecture: architecture)
        picture.draw()
        return picture.document
    }

    private init(space: SearchSpace, architecture: Architecture) {
        self.space = space
        self.architecture = architecture
    }

    private var document: String {
        let (width, height) = (SVGText.number(right), SVGText.number(y + Self.margin / 2))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
            font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="\(SVGText.number(Self.font))">
            <title>\(SVGText.escaped("An architecture of \(space.name)"))</title>
            <desc>\(SVGText.escaped(space.notation(of: architecture)))</desc>
            <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
            <path d="M0,0.5 L8,4 L0,7.5 z" fill="#555555"/></marker></defs>
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(text.body)</svg>

            """
    }

    private mutating func draw() {
        heading(space.name, size: 16)
        drawSteps(space.networkSteps(of: architecture))
        // The picture is as wide as its widest cell, and the other cells are centered.
        let cells = space.diagrams(of: architecture).map { ($0, Self.layout(of: $0)) }
        right = max(right, (cells.map(\.1.size.width).max() ?? 0) + 2 * Self.margin)
        for (diagram, layout) in cells {
            y += 14
            heading(diagram.name, size: 14)
            draw(diagram, layout)
        }
        y += 18
        drawLegend()
    }

    private mutating func heading(_ title: String, size: Double) {
        y += size
        write(title, Self.margin, y, anchor: "start", size: size, weight: "bold")
        y += 12
    }

    private mutating func write(
        _ string: String, _ x: Double, _ y: Double, anchor: String = "middle", size: Double = font, color: String = "#000000",
        weight: String = "normal"
    ) {
        text.add(
            "text",
            [
                "x": SVGText.number(x), "y": SVGText.number(y), "text-anchor": anchor, "font-size": SVGText.number(size),
                "font-weight": weight, "fill": color,
            ], string)
    }

    // MARK: The network

    /// Draws the boxes from left to right, in as many rows as they need.
    private mutating func drawSteps(_ steps: [NetworkStep]) {
        var x = Self.margin
        for (place, step) in steps.enumerated() {
            let boxWidth = max(Self.width(of: step.text), step.label.map { Self.width(of: $0) } ?? 0)
            if place > 0 {
                if x + Self.arrowLength + boxWidth > Self.width - Self.margin {
                    x = Self.margin
                    y += Self.boxHeight + 26
                }
                arrow(from: x, to: x + Self.arrowLength, at: y + 14 + Self.boxHeight / 2)
                x += Self.arrowLength
            }
            if let label = step.label { write(label, x + boxWidth / 2, y + 10, size: 11, color: "#555555") }
            box(step.text, LayeredLayout.Point(x: x + boxWidth / 2, y: y + 14 + Self.boxHeight / 2), boxWidth, kind: step.kind)
            if let kind = step.kind { kinds.insert(kind) }
            x += boxWidth
            right = max(right, x + Self.margin)
        }
        y += Self.boxHeight + 24
    }

    // MARK: Cells

    private static func width(of label: String) -> Double {
        // About the mean width of a sans-serif letter at this size.
        Double(label.count) * 6.6 + 16
    }

    private static func layout(of diagram: Diagram) -> LayeredLayout {
        let sizes = diagram.nodes.map { node in
            switch node {
            case .input(let name), .value(let name): LayeredLayout.Size(width: max(30, width(of: name)), height: boxHeight)
            case .operation(let label, _): LayeredLayout.Size(width: width(of: label), height: boxHeight)
            case .sum: LayeredLayout.Size(width: 20, height: 20)
            case .concatenation: LayeredLayout.Size(width: width(of: "concat"), height: boxHeight)
            case .output: LayeredLayout.Size(width: width(of: "output"), height: boxHeight)
            }
        }
        return LayeredLayout(sizes, edges: diagram.edges.map { ($0.from, $0.to) })
    }

    private mutating func draw(_ diagram: Diagram, _ layout: LayeredLayout) {
        let shift = LayeredLayout.Point(x: (right - layout.size.width) / 2, y: y)
        func moved(_ point: LayeredLayout.Point) -> LayeredLayout.Point { LayeredLayout.Point(x: point.x + shift.x, y: point.y + shift.y) }
        for (edge, route) in zip(diagram.edges, layout.routes) {
            let isDead = [edge.from, edge.to].contains { if case .operation(_, .zero) = diagram.nodes[$0] { true } else { false } }
            line(route.map(moved), isFaint: isDead)
        }
        for (node, center) in zip(diagram.nodes, layout.centers) { draw(node, at: moved(center)) }
        y += layout.size.height
    }

    private mutating func draw(_ node: Diagram.Node, at center: LayeredLayout.Point) {
        switch node {
        case .input(let name): dark(name, center)
        case .output: dark("output", center)
        case .value(let name): pill(name, center, fill: "#ffffff", color: "#000000")
        case .concatenation: box("concat", center, Self.width(of: "concat"), fill: "#dddddd")
        case .operation(let label, let kind):
            kinds.insert(kind)
            box(label, center, Self.width(of: label), kind: kind)
        case .sum:
            text.add(
                "circle",
                ["cx": SVGText.number(center.x), "cy": SVGText.number(center.y), "r": "10", "fill": "#ffffff", "stroke": "#333333"])
            write("+", center.x, center.y + 4)
        }
    }

    private mutating func dark(_ name: String, _ center: LayeredLayout.Point) { pill(name, center, fill: "#333333", color: "#ffffff") }

    private mutating func pill(_ name: String, _ center: LayeredLayout.Point, fill: String, color: String) {
        let width = max(30, Self.width(of: name))
        rectangle(center, width, Self.boxHeight, ["rx": "12", "fill": fill, "stroke": "#333333", "stroke-width": "1.5"])
        write(name, center.x, center.y + 4, color: color, weight: "bold")
    }

    private mutating func box(_ label: String, _ center: LayeredLayout.Point, _ width: Double, kind: Diagram.OperationKind?) {
        guard let kind else { return box(label, center, width, fill: "#eeeeee") }
        let dashes = kind == .zero ? "3,3" : "none"
        rectangle(center, width, Self.boxHeight, ["rx": "4", "fill": kind.fill, "stroke": kind.stroke, "stroke-dasharray": dashes])
        write(label, center.x, center.y + 4, color: kind.textColor)
    }

    private mutating func box(_ label: String, _ center: LayeredLayout.Point, _ width: Double, fill: String) {
        rectangle(center, width, Self.boxHeight, ["rx": "4", "fill": fill, "stroke": "#333333"])
        write(label, center.x, center.y + 4)
    }

    private mutating func rectangle(
        _ center: LayeredLayout.Point, _ width: Double, _ height: Double, _ style: KeyValuePairs<String, String>
    ) {
        let place = [("x", center.x - width / 2), ("y", center.y - height / 2), ("width", width), ("height", height)]
        let attributes = place.map { " \($0.0)=\"\(SVGText.number($0.1))\"" } + style.map { " \($0)=\"\($1)\"" }
        text.addRaw("<rect\(attributes.joined())/>")
    }

    /// Draws a smooth line through points, vertical at each point, with an arrow at its end.
    private mutating func line(_ points: [LayeredLayout.Point], isFaint: Bool = false) {
        func text(_ x: Double, _ y: Double) -> String { "\(SVGText.number(x)),\(SVGText.number(y))" }
        var path = "M\(text(points[0].x, points[0].y))"
        for (from, to) in zip(points, points.dropFirst()) {
            let bend = from.x == to.x ? 0 : (to.y - from.y) / 2
            path += " C\(text(from.x, from.y + bend)) \(text(to.x, to.y - bend)) \(text(to.x, to.y))"
        }
        self.text.add(
            "path",
            [
                "d": path, "fill": "none", "stroke": isFaint ? "#bbbbbb" : "#555555", "stroke-width": "1.3",
                "stroke-dasharray": isFaint ? "2,3" : "none",
                "marker-end": isFaint ? "none" : "url(#arrow)",
            ])
    }

    private mutating func arrow(from x: Double, to end: Double, at y: Double) {
        text.add(
            "path",
            [
                "d": "M\(SVGText.number(x)),\(SVGText.number(y)) H\(SVGText.number(end))", "stroke": "#555555", "stroke-width": "1.3",
                "marker-end": "url(#arrow)",
            ])
    }

    // MARK: Legend

    private mutating func drawLegend() {
        var x = Self.margin
        for kind in Diagram.OperationKind.allCases where kinds.contains(kind) {
            let width = 24 + Self.width(of: kind.title)
            if x + width > right {
                x = Self.margin
                y += 20
            }
            rectangle(
                LayeredLayout.Point(x: x + 7, y: y + 7), 14, 14,
                ["rx": "3", "fill": kind.fill, "stroke": kind.stroke, "stroke-dasharray": kind == .zero ? "3,3" : "none"])
            write(kind.title, x + 20, y + 11, anchor: "start", size: 11)
            x += width
        }
        y += 14
    }
}
