/// Writes a canonical form so that two forms have one text exactly when they are equal up to the naming of their instances.
///
/// Unbranched runs of layers are one node. Nodes are told apart by what they are, what they read and who reads them, round after round
/// (color refinement); where that leaves twins any order will do, and where it leaves other equals each is tried and the least text taken.
struct CanonicalText {
    private struct Group {
        /// Labels in order; the first may be a sum or concatenation of the inputs.
        var labels: [Int]
        var inputs: [Int]
        var consumers: [Int] = []
        var depth = 0
    }

    private var groups: [Group] = []
    private var output = 0
    private let texts: [String]

    static func text(of form: CanonicalForm, output: Int?, _ table: LabelTable) -> String {
        guard let output else { return "zero" }
        let writer = CanonicalText(form, output, table.texts)
        return writer.best(writer.initialColors())
    }

    private init(_ form: CanonicalForm, _ last: Int, _ texts: [String]) {
        self.texts = texts
        let isLive = form.live(from: last)
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
                groups[input].consumers.append(index)
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
                color = StableHash.mixed(color ^ (label >= 0 ? StableHash.of(texts[label]) : UInt64(bitPattern: Int64(label))))
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
        let colors = refined(start)
        let order = groups.indices.sorted { (groups[$0].depth, colors[$0]) < (groups[$1].depth, colors[$1]) }
        guard let tie = zip(order, order.dropFirst()).first(where: { colors[$0] == colors[$1] }) else { return text(order) }
        let equals = order.filter { colors[$0] == colors[tie.0] }
        let first = groups[equals[0]]
        let areTwins = equals.allSatisfy { groups[$0].inputs == first.inputs && groups[$0].consumers == first.consumers }
        return (areTwins ? [equals[0]] : equals).map { index in
            var singled = colors
            singled[index] = StableHash.mixed(singled[index] ^ 0x1234_5678)
            return best(singled)
        }.min() ?? ""
    }

    // MARK: Text

    private func text(_ order: [Int]) -> String {
        var rank = Array(repeating: 0, count: groups.count)
        for (position, index) in order.enumerated() { rank[index] = position }
        var names: [Int: String] = [:]
        var definitions: [String] = []
        for index in order where groups[index].consumers.count > 1 && groups[index].labels[0] > CanonicalForm.firstInput {
            let definition = expression(index, rank, names)
            names[index] = Self.name(names.count)
            definitions.append("\(names[index] ?? "") = \(definition); ")
        }
        return definitions.joined() + (names[output] ?? expression(output, rank, names))
    }

    private func expression(_ index: Int, _ rank: [Int], _ names: [Int: String]) -> String {
        if let name = names[index] { return name }
        let group = groups[index]
        let first = group.labels[0]
        if first <= CanonicalForm.firstInput { return first == CanonicalForm.firstInput ? "x" : "x\(CanonicalForm.firstInput - first + 1)" }
        if first == CanonicalForm.zero { return "zero" }
        var words: [String] = []
        switch first {
        case CanonicalForm.sum:
            let sum = group.inputs.sorted { rank[$0] < rank[$1] }.map { expression($0, rank, names) }.joined(separator: " + ")
            words.append(group.labels.count > 1 ? "(\(sum))" : sum)
        case CanonicalForm.concatenation:
            words.append("concat(\(group.inputs.map { expression($0, rank, names) }.joined(separator: ", ")))")
        default:
            let inner = expression(group.inputs[0], rank, names)
            // An input that is a sum of its own use would have been one run with this; only a named or plain one is left.
            words += [inner, texts[first]]
        }
        words += group.labels.dropFirst().map { texts[$0] }
        return words.joined(separator: " > ")
    }

    /// a, b, … z, a1, b1, …
    private static func name(_ index: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(97 + index % 26)))
        // x stands for the input.
        let round = index / 26
        return round == 0 && letter != "x" ? letter : "\(letter)\(round + 1)"
    }
}
