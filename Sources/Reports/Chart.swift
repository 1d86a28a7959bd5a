/// A scatter plot or a line chart as an SVG element, with colors from the page's style sheet.
struct Chart {
    /// The color and shape of a point. Colors come from the color-blind-safe palette of Okabe and Ito, and shapes repeat their meaning.
    enum Mark: String {
        case plain, half, tenth
    }

    struct Point {
        var x: Double
        var y: Double
        var mark = Mark.plain
        /// The tooltip's text, also for screen readers.
        var label: String
        /// A few characters beside the point.
        var note: String?
    }

    /// The points of a line, in order of x.
    struct Line {
        /// The line's class in the style sheet.
        enum Style: String { case proxy, largest, random }

        var style = Style.proxy
        var points: [(x: Double, y: Double)]
    }

    var title: String
    var xLabel: String
    var yLabel: String
    var points: [Point] = []
    var lines: [Line] = []
    /// The place of a vertical line that marks a limit.
    var limit: Double?
    var isLogarithmic = false

    private static let (width, height) = (640.0, 400.0)
    private static let (left, right, top, bottom) = (64.0, 20.0, 16.0, 52.0)

    var svg: String {
        let xs = ChartAxis(
            points.map(\.x) + lines.flatMap { $0.points.map(\.x) } + (limit.map { [$0] } ?? []), isLogarithmic: isLogarithmic)
        let ys = ChartAxis(points.map(\.y) + lines.flatMap { $0.points.map(\.y) })
        func place(_ x: Double, _ y: Double) -> (x: String, y: String) {
            (
                SVGText.number(Self.left + xs.place(x) * (Self.width - Self.left - Self.right)),
                SVGText.number(Self.height - Self.bottom - ys.place(y) * (Self.height - Self.top - Self.bottom))
            )
        }
        let (edge, floor) = (SVGText.number(Self.width - Self.right), SVGText.number(Self.height - Self.bottom))
        var text = SVGText()
        for tick in ys.ticks {
            let y = place(0, tick).y
            text.add("line", ["class": "grid", "x1": SVGText.number(Self.left), "x2": edge, "y1": y, "y2": y])
            text.add(
                "text", ["x": SVGText.number(Self.left - 8), "y": y, "text-anchor": "end", "dominant-baseline": "middle"], ys.text(tick))
        }
        for tick in xs.ticks {
            let x = place(tick, ys.low).x
            text.add("line", ["class": "grid", "x1": x, "x2": x, "y1": SVGText.number(Self.top), "y2": floor])
            text.add("text", ["x": x, "y": SVGText.number(Self.height - Self.bottom + 18), "text-anchor": "middle"], xs.text(tick))
        }
        text.add(
            "text",
            [
                "x": SVGText.number((Self.left + Self.width - Self.right) / 2), "y": SVGText.number(Self.height - 12),
                "text-anchor": "middle",
            ], xLabel)
        text.add(
            "text",
            [
                "transform": "translate(16 \(SVGText.number((Self.top + Self.height - Self.bottom) / 2))) rotate(-90)",
                "text-anchor": "middle",
            ], yLabel)
        if let limit {
            let x = place(limit, ys.low).x
            text.add("line", ["class": "limit", "x1": x, "x2": x, "y1": SVGText.number(Self.top), "y2": floor])
        }
        for line in lines where !line.points.isEmpty {
            let path = line.points.map { place($0.x, $0.y) }.map { "\($0.x),\($0.y)" }.joined(separator: " ")
            text.add("polyline", ["class": "curve \(line.style.rawValue)", "points": path])
        }
        // The best points are drawn last, on top of the others.
        for mark in [Mark.plain, .half, .tenth] {
            for point in points where point.mark == mark { text.addRaw(Self.shape(point, place(point.x, point.y))) }
        }
        for point in points {
            guard let note = point.note, case let at = place(point.x, point.y) else { continue }
            text.add("text", ["class": "note", "x": at.x, "y": SVGText.number((Double(at.y) ?? 0) - 9), "text-anchor": "middle"], note)
        }
        return """
            <svg class="chart" viewBox="0 0 \(SVGText.number(Self.width)) \(SVGText.number(Self.height))" role="group" \
            aria-label="\(SVGText.escaped(title))">
            \(text.body)</svg>
            """
    }

    private static func shape(_ point: Point, _ at: (x: String, y: String)) -> String {
        let label = SVGText.escaped(point.label)
        let common = "class=\"point \(point.mark.rawValue)\" tabindex=\"0\" role=\"img\" aria-label=\"\(label)\" data-label=\"\(label)\""
        let inside = "<title>\(label)</title>"
        guard point.mark == .tenth else { return "<circle \(common) cx=\"\(at.x)\" cy=\"\(at.y)\" r=\"5\">\(inside)</circle>" }
        let (x, y) = (SVGText.number((Double(at.x) ?? 0) - 5.5), SVGText.number((Double(at.y) ?? 0) - 5.5))
        return "<rect \(common) x=\"\(x)\" y=\"\(y)\" width=\"11\" height=\"11\">\(inside)</rect>"
    }
}
