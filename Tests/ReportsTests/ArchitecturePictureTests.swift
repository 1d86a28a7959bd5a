import Basics
import Foundation
import SearchSpace
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Reports

@Suite struct ArchitecturePictureTests {
    private static func space(_ name: String) throws -> SearchSpace {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        return try SearchSpace.load(path: "\(root)/SearchSpaces/\(name).space")
    }

    /// The texts and the boxes of a picture.
    private final class Reader: NSObject, XMLParserDelegate {
        var texts: [String] = []
        var boxes: [(x: Double, y: Double, width: Double, height: Double)] = []
        var width = 0.0
        private var current: String?

        func parser(
            _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
            attributes: [String: String] = [:]
        ) {
            func number(_ key: String) -> Double { attributes[key].flatMap(Double.init) ?? 0 }
            switch name {
            case "svg": width = number("width")
            case "text": current = ""
            case "rect" where attributes["x"] != nil: boxes.append((number("x"), number("y"), number("width"), number("height")))
            default: break
            }
        }

        func parser(_: XMLParser, foundCharacters text: String) { current? += text }

        func parser(_: XMLParser, didEndElement name: String, namespaceURI _: String?, qualifiedName _: String?) {
            if name == "text", let current { texts.append(current) }
            if name == "text" { current = nil }
        }
    }

    private static func read(_ picture: String) throws -> Reader {
        let reader = Reader()
        let parser = XMLParser(data: Data(picture.utf8))
        parser.delegate = reader
        try #require(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
        return reader
    }

    @Test(arguments: ["nas-bench-201", "fashion", "darts", "enas-micro", "nasnet", "nas-bench-macro", "mobile"])
    func everyShippedSpaceIsDrawnWithoutOverlaps(_ name: String) throws {
        let space = try Self.space(name)
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<10 {
            let architecture = space.sample(using: &generator)
            let reader = try Self.read(ArchitecturePicture.svg(of: architecture, in: space))
            #expect(reader.texts.first == name)
            // Scaled down to 600 pixels, letters keep at least two thirds of their size.
            #expect(reader.width <= 900)
            for (index, a) in reader.boxes.enumerated() {
                #expect(a.x >= 0 && a.x + a.width <= reader.width)
                for b in reader.boxes[..<index] {
                    #expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y)
                }
            }
        }
    }

    @Test func operationsAndValuesAreNamed() throws {
        let space = try Self.space("nas-bench-201")
        let architecture = try space.architecture("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|none~1|avg_pool_3x3~2|")
        let texts = try Self.read(ArchitecturePicture.svg(of: architecture, in: space)).texts
        for word in ["body", "5 × body", "x0", "x1", "x2", "x3", "output", "nor_conv_3x3", "skip_connect", "nor_conv_1x1", "avg_pool_3x3"] {
            #expect(texts.contains(word), "\(word)")
        }
        #expect(texts.count { $0 == "none" } == 2)
        // The legend shows only the kinds that occur.
        #expect(texts.suffix(4) == ["convolution", "pooling", "identity", "zero"])
    }

    @Test func reservedCharactersAreEscaped() {
        #expect(SVGText.escaped("a < b & \"c\"") == "a &lt; b &amp; &quot;c&quot;")
    }

    @Test func kindsLookDifferent() {
        let looks = Diagram.OperationKind.allCases.map { $0.fill + $0.stroke }
        #expect(Set(looks).count == looks.count)
    }
}
