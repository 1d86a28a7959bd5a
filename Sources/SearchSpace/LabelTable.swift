import Basics

/// A term with numbered layers. Canonical forms are computed on it thousands of times a second.
indirect enum FormTerm: Sendable {
    case layer(Int)
    case identity
    case zero
    case chain([FormTerm])
    case sum([FormTerm])
    case concatenation([FormTerm])
    case looseEnds([Int])
    case choice([FormTerm])
    case variable(Int)
    case repeated(Number, FormTerm)
    case cell(Int, label: Int)
}

/// The numbered layers of a space. Two layers have the same number if they are equal at every setting.
///
/// A class, because every canonical form holds the table and copying a reference is cheap.
final class LabelTable: Sendable {
    let texts: [String]
    /// The hashes of the texts.
    let hashes: [UInt64]
    let isFunctionOfItsInput: [Bool]
    /// The statements of each cell, with its result last.
    let cells: [[FormTerm]]
    let network: FormTerm
    let networkHasChoices: Bool

    init(_ space: SpaceTerm) {
        var numbering = LabelNumbering()
        cells = space.cells.map { cell in (cell.statements + [cell.result]).map { numbering.form($0.term, space) } }
        network = .chain(space.network.map { numbering.form($0.term, space) })
        networkHasChoices = space.network.contains { $0.term.hasChoices }
        texts = numbering.texts
        hashes = texts.map(StableHash.of)
        isFunctionOfItsInput = numbering.isFunctionOfItsInput
    }
}

/// Numbers layers in the order of their first occurrence.
private struct LabelNumbering {
    private(set) var texts: [String] = []
    private(set) var isFunctionOfItsInput: [Bool] = []
    private var numbers: [String: Int] = [:]

    private mutating func number(_ text: String, isFunctionOfItsInput: Bool) -> Int {
        if let known = numbers[text] { return known }
        numbers[text] = texts.count
        texts.append(text)
        self.isFunctionOfItsInput.append(isFunctionOfItsInput)
        return texts.count - 1
    }

    mutating func form(_ term: Term, _ space: SpaceTerm) -> FormTerm {
        switch term {
        case .layer(let template):
            switch template.primitive.meaning {
            case .identity: return .identity
            case .zero: return .zero
            case .function: return .layer(number(template.canonicalText, isFunctionOfItsInput: true))
            case .instance: return .layer(number(template.canonicalText, isFunctionOfItsInput: false))
            }
        case .chain(let terms): return .chain(terms.map { form($0, space) })
        case .sum(let terms, _): return .sum(terms.map { form($0, space) })
        case .looseEnds(let candidates, _): return .looseEnds(candidates)
        case .concatenation(let terms, _): return .concatenation(terms.map { form($0, space) })
        case .choice(let terms, _, _): return .choice(terms.map { form($0, space) })
        case .scope(_, let inner): return form(inner, space)
        case .variable(let index): return .variable(index)
        case .cell(let index, let parameters, _): return cell(index, parameters, "", space)
        // Repeats of a cell count as one layer, so that the form does not depend on their number.
        case .repeated(let count, .cell(let index, let parameters, _), _):
            return cell(index, parameters, "\(count.canonicalText) * ", space)
        case .repeated(let count, let inner, _): return .repeated(count, form(inner, space))
        }
    }

    private mutating func cell(_ index: Int, _ parameters: [Number], _ prefix: String, _ space: SpaceTerm) -> FormTerm {
        let arguments = parameters.isEmpty ? "" : "(\(parameters.map(\.canonicalText).joined(separator: ", ")))"
        return .cell(index, label: number(prefix + space.cells[index].name + arguments, isFunctionOfItsInput: false))
    }
}
