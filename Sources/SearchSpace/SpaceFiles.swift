import Foundation

/// A parsed space file and its included files. Each file is read once, even if several files include it.
struct SpaceFiles {
    /// The most included files, more than any readable space has.
    private static let mostFiles = 32
    /// The largest text, a hundred times the size of the largest published space.
    private static let mostBytes = 1 << 20

    private(set) var main = SpaceSyntax()
    private(set) var included: [SpaceSyntax] = []
    private(set) var source: SourceFiles
    private(set) var diagnostics: [Diagnostic] = []
    /// Whether all included files were found.
    private(set) var isComplete = true
    private var known: Set<String> = []

    init(_ text: String, file: String, including: (String) -> (text: String, file: String)?) {
        let source = SourceText(text, file: file)
        self.source = SourceFiles(source)
        main = parse(source, including, isMain: true)
    }

    /// The declarations of all files, included files first.
    var whole: SpaceSyntax {
        SpaceSyntax(
            declarations: included.flatMap { $0.declarations.filter(Self.canBeIncluded) } + main.declarations,
            brokenNames: included.reduce(main.brokenNames) { $0.union($1.brokenNames) })
    }

    private static func canBeIncluded(_ declaration: DeclarationSyntax) -> Bool {
        switch declaration.kind {
        case .op, .cell, .setting, .include: true
        default: false
        }
    }

    private mutating func parse(_ file: SourceText, _ including: (String) -> (text: String, file: String)?, isMain: Bool) -> SpaceSyntax {
        guard file.bytes.count <= Self.mostBytes else {
            report(
                SourceRange(start: file.base, end: file.base), "the text is larger than 1 MB",
                "move parts of it to other files, and `include` them")
            return SpaceSyntax()
        }
        let (syntax, mistakes) = Parser.parse(file)
        diagnostics += mistakes
        for declaration in syntax.declarations {
            if case .include(let name) = declaration.kind { include(name, including) }
            if !isMain, !Self.canBeIncluded(declaration) {
                report(
                    declaration.keyword, "an included file may contain only `op`, `cell`, `setting` and `include`",
                    "move this to the space file")
            }
        }
        return syntax
    }

    private mutating func include(_ name: NameSyntax, _ including: (String) -> (text: String, file: String)?) {
        guard known.insert(name.text).inserted else { return }
        guard known.count <= Self.mostFiles else {
            return report(name.range, "more than \(Self.mostFiles) files are included", "combine some of them")
        }
        guard let (text, path) = including(name.text) else {
            isComplete = false
            return report(
                name.range, "cannot read `\(name.text).ops` in the directory of this file", "`include` takes the name without `.ops`")
        }
        let file = SourceText(text, file: path, base: source.nextBase)
        source.append(file)
        let syntax = parse(file, including, isMain: false)
        included.append(syntax)
    }

    private mutating func report(_ range: SourceRange, _ message: String, _ suggestion: String) {
        diagnostics.append(source.diagnostic(.error, at: range, message, suggestion: suggestion))
    }

    /// Reads the text of a space file.
    /// - Throws: ``SpaceFileError`` if it cannot be read.
    static func text(of path: String) throws -> String {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw SpaceFileError(path: path, reason: .missing)
        }
        guard !isDirectory.boolValue else { throw SpaceFileError(path: path, reason: .directory) }
        guard let data = FileManager.default.contents(atPath: path) else { throw SpaceFileError(path: path, reason: .unreadable) }
        guard data.count <= mostBytes else { throw SpaceFileError(path: path, reason: .tooLarge) }
        guard let text = String(data: data, encoding: .utf8) else { throw SpaceFileError(path: path, reason: .notText) }
        return text
    }
}
