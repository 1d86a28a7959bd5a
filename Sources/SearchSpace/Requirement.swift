import Basics

import BigInt

/// A requirement on the architectures of a space.
enum Requirement: Hashable, Sendable {
    /// How often alternatives with these labels are chosen, in one section of the decisions or in all.
    case choices(Set<String>, section: String?, in: ClosedRange<Int>)
    /// The parameters of the network as written, at the space's settings.
    case parameters(ClosedRange<Int>)
    case macs(ClosedRange<Int>)

    /// Whether it depends only on the decisions and not on the shapes of the network.
    var isOfChoices: Bool { if case .choices = self { true } else { false } }

    var text: String {
        func bound(_ range: ClosedRange<Int>) -> String {
            range.upperBound == .max ? "at least \(range.lowerBound)" : "at most \(range.upperBound)"
        }
        switch self {
        case .choices(let labels, let section, let range):
            return "\(bound(range)) \(labels.sorted().joined(separator: " | "))" + (section.map { " in \($0)" } ?? "")
        case .parameters(let range): return "parameters \(bound(range))"
        case .macs(let range): return "macs \(bound(range))"
        }
    }
}

/// An error: an architecture violates a requirement of its space.
public struct RequirementError: InputMistake, Hashable {
    public let space: String
    public let requirement: String
    /// The value of the architecture.
    public let found: Int

    public var description: String { "the space \(space) requires \(requirement), but this architecture has \(found)" }
}

extension SearchSpace {
    /// The first requirement that an architecture violates, with the architecture's value.
    func violation(of decisions: [UInt16]) -> RequirementError? {
        for requirement in term.requirements {
            let (count, range) = measured(requirement, decisions)
            if !range.contains(count) { return RequirementError(space: name, requirement: requirement.text, found: count) }
        }
        return nil
    }

    /// Whether the space requires networks of at least some cost.
    public var requiresLeastCost: Bool {
        term.requirements.contains {
            switch $0 {
            case .parameters(let range), .macs(let range): range.upperBound == .max
            case .choices: false
            }
        }
    }

    /// Whether an architecture satisfies all requirements of the space.
    public func satisfiesRequirements(_ architecture: Architecture) -> Bool { satisfiesRequirements(architecture.decisions) }

    func satisfiesRequirements(_ decisions: [UInt16]) -> Bool { term.requirements.isEmpty || violation(of: decisions) == nil }

    private func measured(_ requirement: Requirement, _ decisions: [UInt16]) -> (Int, ClosedRange<Int>) {
        switch requirement {
        case .choices(let labels, let section, let range):
            var position = 0
            var count = 0
            for part in sections {
                let found = part.tree.occurrences(of: labels, in: decisions, from: &position)
                if section == nil || section == part.name { count += found }
            }
            return (count, range)
        case .parameters(let range): return (boundedCost(decisions).parameters, range)
        case .macs(let range): return (boundedCost(decisions).macs, range)
        }
    }

    private func boundedCost(_ decisions: [UInt16]) -> (parameters: Int, macs: Int) {
        totals(of: Architecture(decisions: decisions), settings: target?.settings ?? settings, image: target?.image ?? image)
    }

    /// The number of architectures that satisfy all requirements on choices, computed from the frequencies of labels without enumeration.
    func countOfChoices(_ requirements: [Requirement]) -> BigInt {
        let bounds = requirements.compactMap { requirement -> (labels: Set<String>, section: String?, range: ClosedRange<Int>)? in
            if case .choices(let labels, let section, let range) = requirement { (labels, section, range) } else { nil }
        }
        // Frequencies above a bound count as equal.
        let caps = bounds.map { $0.range.upperBound == .max ? $0.range.lowerBound : $0.range.upperBound + 1 }
        var counts: [[Int]: BigInt] = [Array(repeating: 0, count: bounds.count): 1]
        for section in sections {
            let own = section.tree.counts(of: bounds.map { $0.section == nil || $0.section == section.name ? $0.labels : [] }, upTo: caps)
            counts = DecisionTree.product(counts, own, upTo: caps)
        }
        return counts.reduce(0) { sum, entry in zip(entry.key, bounds).allSatisfy { $1.range.contains($0) } ? sum + entry.value : sum }
    }
}

extension DecisionTree {
    /// How often alternatives with these labels are chosen. `position` moves past the decisions of this tree.
    func occurrences(of labels: Set<String>, in decisions: [UInt16], from position: inout Int) -> Int {
        switch self {
        case .all(let trees, _): return trees.reduce(0) { $0 + $1.occurrences(of: labels, in: decisions, from: &position) }
        case .one(let trees, let names, _):
            let decision = Int(decisions[position])
            position += 1
            return (labels.contains(names[decision]) ? 1 : 0) + trees[decision].occurrences(of: labels, in: decisions, from: &position)
        }
    }

    /// The number of architectures for each combination of label frequencies, one frequency for each set of labels, capped at `caps`.
    func counts(of labels: [Set<String>], upTo caps: [Int]) -> [[Int]: BigInt] {
        switch self {
        case .all(let trees, _):
            return trees.reduce([Array(repeating: 0, count: labels.count): 1]) {
                Self.product($0, $1.counts(of: labels, upTo: caps), upTo: caps)
            }
        case .one(let trees, let names, _):
            var sums: [[Int]: BigInt] = [:]
            for (tree, name) in zip(trees, names) {
                let own = labels.map { $0.contains(name) ? 1 : 0 }
                for (key, count) in tree.counts(of: labels, upTo: caps) { sums[Self.sum(key, own, upTo: caps), default: 0] += count }
            }
            return sums
        }
    }

    static func product(_ left: [[Int]: BigInt], _ right: [[Int]: BigInt], upTo caps: [Int]) -> [[Int]: BigInt] {
        var products: [[Int]: BigInt] = [:]
        for (a, count) in left { for (b, other) in right { products[sum(a, b, upTo: caps), default: 0] += count * other } }
        return products
    }

    private static func sum(_ a: [Int], _ b: [Int], upTo caps: [Int]) -> [Int] { a.indices.map { min(a[$0] + b[$0], caps[$0]) } }
}
