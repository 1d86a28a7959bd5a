import Basics

/// A space file as written, with unresolved names.
struct SpaceSyntax: Hashable, Sendable {
    var declarations: [DeclarationSyntax] = []
    /// Comments after the last declaration.
    var closingComments: [String] = []
    /// The names of invalid declarations. The names are known, but not their meaning.
    var brokenNames: Set<String> = []
}

/// The comments that belong to a declaration or statement.
struct CommentsSyntax: Hashable, Sendable {
    /// The comments on the lines before.
    var leading: [String] = []
    /// The comment after it on the same line.
    var trailing: String?
}

struct NameSyntax: Hashable, Sendable {
    var text: String
    var range: SourceRange
}

struct DeclarationSyntax: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case space(NameSyntax)
        case image(FeatureShape)
        case classes(Int)
        case setting(NameSyntax, value: Int, proxy: Int?, learners: [Int])
        case op(NameSyntax, parameters: [NameSyntax], body: ExpressionSyntax)
        case cell(NameSyntax, inputs: [NameSyntax], parameters: [NameSyntax], statements: [StatementSyntax])
        case network([StatementSyntax])
        case foreign(NameSyntax)
        case include(NameSyntax)
        case require(RequirementSyntax)
    }

    var kind: Kind
    /// The place of the keyword.
    var keyword: SourceRange
    var comments: CommentsSyntax
    /// The comments before the closing brace.
    var closingComments: [String] = []
}

/// A statement: `name = expression` or `return expression` in a cell, `expression` or `label: expression` in the network.
struct StatementSyntax: Hashable, Sendable {
    var name: NameSyntax?
    var expression: ExpressionSyntax
    var range: SourceRange
    var comments: CommentsSyntax
}

struct ExpressionSyntax: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case integer(Int)
        case decimal(Double)
        case window(Window)
        case name(String)
        /// `name(…)`: an op with its parameters, or an op applied to a value.
        case call(NameSyntax, [ExpressionSyntax])
        /// `name(…)(…)`: an op with parameters, applied to a value.
        case application(ExpressionSyntax, [ExpressionSyntax])
        case layer(LayerSyntax)
        /// The factors, and the sign before each except the first: `*` or `/`.
        case product([ExpressionSyntax], signs: [String])
        case chain([ExpressionSyntax])
        /// The terms, and the sign before each except the first: `+` or `-`.
        case sum([ExpressionSyntax], signs: [String])
        case choice([AlternativeSyntax])
        /// An invalid expression that was reported.
        case missing
        /// `choose 2 of a | b | c`: the sum of that many different alternatives.
        case selection(Int, [AlternativeSyntax], number: SourceRange)
    }

    var kind: Kind
    var range: SourceRange
}

/// A requirement: `require at most 2 skip in normal` or `require parameters at most 1.5M`.
struct RequirementSyntax: Hashable, Sendable {
    enum Subject: Hashable, Sendable {
        case parameters
        case macs
        /// How often alternatives with these labels are chosen, in one cell or in the whole architecture.
        case choices([NameSyntax], cell: NameSyntax?)
    }

    var subject: Subject
    var isUpperBound: Bool
    var bound: Int
    var range: SourceRange
}

struct AlternativeSyntax: Hashable, Sendable {
    var label: NameSyntax?
    var expression: ExpressionSyntax
}

/// A primitive with its operand and attributes: `conv 3x3 stride 2 -> 32`.
struct LayerSyntax: Hashable, Sendable {
    struct Attribute: Hashable, Sendable {
        var attribute: Primitive.Attribute
        var value: ExpressionSyntax
    }

    var primitive: Primitive
    var operand: ExpressionSyntax?
    var attributes: [Attribute] = []

    func value(of attribute: Primitive.Attribute) -> ExpressionSyntax? {
        attributes.first { $0.attribute == attribute }?.value
    }
}
