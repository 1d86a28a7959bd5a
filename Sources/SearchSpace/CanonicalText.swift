import Basics

/// Writes a canonical form as text. Two forms have equal texts exactly when they are equal up to the naming of their instances.
///
/// Unbranched runs of layers form one node. Color refinement separates nodes by their labels, inputs and readers. Nodes with equal inputs
/// and readers are twins, whose order does not affect the text. Among other equal nodes, each is tried as the first, and the smallest text
/// wins. A node is skipped if a symmetry of the form maps it to one tried before.
struct CanonicalText {
    private struct Group {
        /// The labels in order. The first may be a sum or concatenation of the inputs.
        var labels: [Int]
        var inputs: [Int]
        /// The number of readers.
        var uses = 0
        var depth = 0
    }

    private var groups: [Group] = []
    private var output = 0
    private let table: LabelTable

    static func text(of form: CanonicalForm, output: Int?, _ table: LabelTable) -> String {
        guard let output else { return "zero" }
        let writer = CanonicalText(form, output, table)
        return writer.best(writer.initialColors())
    }

    private init(_ form: CanonicalForm, _ last: Int, _ table: LabelTable) {
        self.table = table
        let isLive = form.live(from: last)
        groups.reserveCapacity(form.nodes.count)
        var uses = Array(repeating: 0, count: form.nodes.count)
        for (index, node) in form.nodes.enumerated() where isLive[index] { for input in node.inputs { uses[input] += 1 } }
        var place = Array(repeating: -1, count: form.nodes.count)
        for (index, node) in form.nodes.enumerated() where isLive[index] {
            if node.label >= 0, uses[node.inputs[0]] == 1, form.nodes[node.inputs[0]].label > CanonicalForm.firstInput {
                place[index] = place[node.inputs[0]]
                groups[place[index]].labels.append(node.label)
            } else {
                place[index] = groups.count
                groups.append(Group(labels: [node.label], inputs: node.inputs.map { place[$0] }))
            }
        }
        output = place[last]
        for index in groups.indices {
            for input in groups[index].inputs {
                groups[input].uses += 1
                groups[index].depth = max(groups[index].depth, groups[input].depth + 1)
            }
        }
    }

    // MARK: Colors

    private func initialColors() -> [UInt64] {
        groups.indices.map { index in
            let group = groups[index]
            var color = UInt64(group.depth) &* 0x9e37_79b9_7f4a_7c15 &+ (index == output ? 1 : 0)
            for label in group.labels {
                color = StableHash.mixed(color ^ (label >= 0 ? table.hashes[label] : UInt64(bitPattern: Int64(label))))
            }
            return color
        }
    }

    private func refined(_ start: [UInt64]) -> [UInt64] {
        var colors = start
        var classes = Set(colors).count
        while classes < colors.count {
            var next = colors.map { StableHash.mixed($0) }
            for (index, group) in groups.enumerated() {
                let isOrdered = group.labels[0] == CanonicalForm.concatenation
                for (position, input) in group.inputs.enumerated() {
                    let place = isOrdered ? UInt64(position + 1) &* 0xd6e8_feb8_6659_fd93 : 0
                    next[index] &+= StableHash.mixed(colors[input] ^ place ^ 0x5555)
                    next[input] &+= StableHash.mixed(colors[index] ^ place ^ 0xaaaa_aaaa)
                }
            }
            colors = next
            let now = Set(colors).count
            if now == classes { break }
            classes = now
        }
        return colors
    }

    private func best(_ start: [UInt64]) -> String {
        var colors = refined(start)
        var equals: [Int] = []
        while true {
            let order = order(by: colors)
            equals = firstEquals(in: order, colors)
            if equals.isEmpty { return text(order) }
            guard areTwins(equals) else { break }
            colors = refined(singled(equals[0], colors))
        }
        var least: String?
        var leaves: Set<Leaf> = []
        for index in equals {
            let start = singled(index, colors)
            guard leaves.insert(leaf(start)).inserted else { continue }
            let text = best(start)
            least = least.map { min($0, text) } ?? text
        }
        return least ?? ""
    }

    /// An order that distinguishes all groups. If two leaves have the same text and colors, a symmetry maps one of their subtrees to the
    /// other.
    private struct Leaf: Hashable {
        var text: String
        var colors: [UInt64]
    }

    private func leaf(_ start: [UInt64]) -> Leaf {
        var colors = refined(start)
        while true {
            let order = order(by: colors)
            guard let first = firstEquals(in: order, colors).first else { return Leaf(text: text(order), colors: order.map { colors[$0] }) }
            colors = refined(singled(first, colors))
        }
    }

    private func order(by colors: [UInt64]) -> [Int] {
        groups.indices.sorted { (groups[$0].depth, colors[$0]) < (groups[$1].depth, colors[$1]) }
    }

    /// The first groups in the order that share a color; empty if all colors differ.
    private func firstEquals(in order: [Int], _ colors: [UInt64]) -> [Int] {
        guard let tie = zip(order, order.dropFirst()).first(where: { colors[$0] == colors[$1] }) else { return [] }
        return order.filter { colors[$0] == colors[tie.0] }
    }

    private func singled(_ index: Int, _ colors: [UInt64]) -> [UInt64] {
        var colors = colors
        colors[index] = StableHash.mixed(colors[index] ^ 0x1234_5678)
        return colors
    }

    /// Whether groups have the same inputs and the same readers.
    private func areTwins(_ equals: [Int]) -> Bool {
        func consumers(_ index: Int) -> [Int] {
            groups.indices.flatMap { group in groups[group].inputs.filter { $0 == index }.map { _ in group } }
        }
        let first = equals[0]
        let readers = consumers(first)
        return equals.dropFirst().allSatisfy { groups[$0].inputs == groups[first].inputs && consumers($0) == readers }
    }

    // MARK: Text

    private func text(_ order: [Int]) -> String {
        var writer = Writer(
            groups: groups, table: table, rank: Array(repeating: 0, count: groups.count), names: Array(repeating: nil, count: groups.count))
        for (position, index) in order.enumerated() { writer.rank[index] = position }
        var named = 0
        for index in order where groups[index].uses > 1 && groups[index].labels[0] > CanonicalForm.firstInput {
            writer.define(index, as: Self.name(named))
            named += 1
        }
        writer.write(output)
        return writer.text
    }

    /// Writes groups in a given order. Groups with several readers get names.
    private struct Writer {
        let groups: [Group]
        let table: LabelTable
        var rank: [Int]
        var names: [String?]
        var text = ""

        mutating func define(_ index: Int, as name: String) {
            text += name
            text += " = "
            write(index)
            text += "; "
            names[index] = name
        }

        mutating func write(_ index: Int) {
            if let name = names[index] {
                text += name
                return
            }
            let first = groups[index].labels[0]
            switch first {
            case CanonicalForm.firstInput: text += "x"
            case ..<CanonicalForm.firstInput: text += "x\(CanonicalForm.firstInput - first + 1)"
            case CanonicalForm.zero: text += "zero"
            case CanonicalForm.sum:
                let isInner = groups[index].labels.count > 1
                if isInner { text += "(" }
                write(groups[index].inputs.sorted { rank[$0] < rank[$1] }, separatedBy: " + ")
                if isInner { text += ")" }
            case CanonicalForm.concatenation:
                text += "concat("
                write(groups[index].inputs, separatedBy: ", ")
                text += ")"
            default:
                // Without other readers, a sum would belong to the same run, so the input needs no parentheses.
                write(groups[index].inputs[0])
                text += " > "
                text += table.texts[first]
            }
            for label in groups[index].labels.dropFirst() {
                text += " > "
                text += table.texts[label]
            }
        }

        private mutating func write(_ inputs: [Int], separatedBy separator: String) {
            for (position, input) in inputs.enumerated() {
                if position > 0 { text += separator }
                write(input)
            }
        }
    }

    /// The names a, b, … z, a2, b2, …
    private static func name(_ index: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(97 + index % 26)))
        // x is the name of the input.
        let round = index / 26
        return round == 0 && letter != "x" ? letter : "\(letter)\(round + 1)"
    }
}
