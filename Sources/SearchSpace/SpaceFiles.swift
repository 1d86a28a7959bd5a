import Foundation

/// A space file and the files that it includes, parsed. Each is read once, however often and from wherever it is named.
struct SpaceFiles {
    /// More included files than any readable space has.
    private static let mostFiles = 32

    private(set) var main = SpaceSyntax()
    private(set) var included: [SpaceSyntax] = []
    private(set) var source: SourceFiles
    private(set) var diagnostics: [Diagnostic] = []
    private var known: Set<String> = []

    init(_ text: String, file: String, including: (String) -> (text: String, file: String)?) {
        let source = SourceText(text, file: file)
        self.source = SourceFiles(source)
        main = parse(source, including, isMain: true)
    }

    /// The declarations of all files, those of included ones first.
    var whole: SpaceSyntax { SpaceSyntax(declarations: included.flatMap(\.declarations) + main.declarations) }

    private mutating func parse(_ file: SourceText, _ including: (String) -> (text: String, file: String)?, isMain: Bool) -> SpaceSyntax {
        let (syntax, mistakes) = Parser.parse(file)
        diagnostics += mistakes
        for declaration in syntax.declarations {
            switch declaration.kind {
            case .include(let name): include(name, including)
            case .op, .cell, .setting: break
            default:
                guard !isMain else { continue }
                report(declaration.keyword, "a file that is included has only `op`, `cell`, `setting` and `include`", "move this to the space's own file")
            }
        }
        return syntax
    }

    private mutating func include(_ name: NameSyntax, _ including: (String) -> (text: String, file: String)?) {
        guard known.insert(name.text).inserted else { return }
        guard known.count <= Self.mostFiles else { return report(name.range, "more than \(Self.mostFiles) files are included", "put them together") }
        guard let (text, path) = including(name.text) else {
            return report(name.range, "there is no readable file `\(name.text).ops` beside this one", "`include` takes the name without `.ops`")
        }
        let file = SourceText(text, file: path, base: source.nextBase)
        source.append(file)
        let syntax = parse(file, including, isMain: false)
        included.append(syntax)
    }

    private mutating func report(_ range: SourceRange, _ message: String, _ suggestion: String) {
        diagnostics.append(source.diagnostic(.error, at: range, message, suggestion: suggestion))
    }

    /// The text of a space file. Throws ``SpaceFileError``.
    static func text(of path: String) throws -> String {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { throw SpaceFileError(path: path, reason: .missing) }
        guard !isDirectory.boolValue else { throw SpaceFileError(path: path, reason: .directory) }
        guard let data = FileManager.default.contents(atPath: path) else { throw SpaceFileError(path: path, reason: .unreadable) }
        guard data.count <= 1 << 20 else { throw SpaceFileError(path: path, reason: .tooLarge) }
        guard let text = String(data: data, encoding: .utf8) else { throw SpaceFileError(path: path, reason: .notText) }
        return text
    }
}
