import Basics
import ResultStore
import SearchSpace

/// A setting, such as the width, that every candidate has at the largest value within the limits. Candidates then compete at equal cost.
struct FittedSetting: Sendable {
    /// The setting's name.
    let name: String
    private let space: SearchSpace
    /// The value of the space itself.
    private let usual: Int
    /// The space at values so far; nil where a layer does not fit.
    private let spaces = Locked<[Int: SearchSpace?]>([:])

    /// Values up to this one are tried.
    private static let largest = 65_536

    /// - Parameters:
    ///   - name: the setting's name.
    ///   - space: the space, at the image size.
    /// - Throws: `InputError` for an unknown setting, and for one that changes the choices of an architecture.
    init(_ name: String, of space: SearchSpace) throws {
        let known = space.settings.map(\.name)
        guard let found = space.settings.first(where: { $0.name == name }) else {
            throw InputError(
                """
                \(setting: "fit") \(name): the space \(space.name) has no such setting; \
                \(known.isEmpty ? "it has none at all" : "its settings are \(known.list())")
                """)
        }
        (self.name, self.space, usual) = (name, space, found.value)
        guard !space.requiresLeastCost else {
            throw InputError(
                "\(setting: "fit") \(name): the space \(space.name) requires networks of at least some cost, so they cannot be made smaller"
            )
        }
        // Twice a value is usually accepted where the value is.
        guard let larger = try? space.with(values: [name: 2 * usual]), larger.hasDecisions(of: space) else {
            throw InputError(
                """
                \(setting: "fit") \(name): other values of \(name) change the choices of an architecture; name a setting that only scales \
                networks, such as their channels
                """)
        }
    }

    /// The space at the smallest value that all layers accept. A network that does not fit there fits nowhere.
    var smallest: SearchSpace { (1...usual).lazy.compactMap(space(at:)).first! }

    /// The space at a value of the setting; nil if a layer does not fit.
    private func space(at value: Int) -> SearchSpace? {
        if let known = spaces.withLock({ $0[value] }) { return known }
        let made = try? space.with(values: [name: value])
        spaces.withLock { $0[value] = .some(made) }
        return made
    }

    /// The largest value for which a network fits.
    enum Largest {
        /// It fits at no value.
        case none
        /// It fits at every value.
        case unbounded
        case at(SearchSpace)

        var isUnbounded: Bool { if case .unbounded = self { true } else { false } }
    }

    /// Finds the largest value for which a network fits, by doubling and bisection. At the next larger value that all layers accept, it
    /// does not fit.
    /// - Parameter fits: whether the network of a space fits. If it fits at a value, it fits at smaller ones.
    func largest(where fits: (SearchSpace) throws -> Bool) rethrows -> Largest {
        var isBounded = false
        func accepts(_ value: Int) throws -> Bool {
            guard let space = space(at: value) else { return false }
            if try fits(space) { return true }
            isBounded = true
            return false
        }
        var (low, high) = (0, usual)
        while high <= Self.largest, try accepts(high) { (low, high) = (high, 2 * high) }
        while let middle = nearestValue(between: low, and: high) {
            if try accepts(middle) { low = middle } else { high = middle }
        }
        return low == 0 ? .none : isBounded ? .at(space(at: low)!) : .unbounded
    }

    /// The fitted values of a space, by name.
    func values(of space: SearchSpace) -> [String: Int] { [name: space.settings.first { $0.name == name }!.value] }

    /// The value between two others that is nearest to their middle and that all layers accept.
    private func nearestValue(between low: Int, and high: Int) -> Int? {
        let middle = (low + high) / 2
        let values = (0..<max(0, high - low)).lazy.flatMap { [middle - $0, middle + $0] }
        return values.first { low < $0 && $0 < high && space(at: $0) != nil }
    }
}
