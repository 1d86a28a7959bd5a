extension ImageSet {
    /// Draws a stratified subset of `count` images from those at `indices`, without replacement. Every class keeps its share, to within one
    /// image.
    ///
    /// The size is always exact: shares are rounded by largest remainder, with ties in favor of the smaller label. The result is ascending,
    /// so that reading accesses memory in order. The same state of the generator gives the same images in every version of Swift.
    ///
    /// - Precondition: `count` is at most `indices.count`.
    public func stratifiedSubset(
        of indices: [Int], count: Int, using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        precondition((0...indices.count).contains(count), "stratifiedSubset: cannot draw \(count) of \(indices.count) images")
        var members: [[Int]] = Array(repeating: [], count: classes)
        for index in indices { members[Int(labels[index])].append(index) }
        let shares = LargestRemainder.shares(of: count, weights: members.map(\.count))
        var subset: [Int] = []
        subset.reserveCapacity(count)
        for label in members.indices {
            members[label].reproduciblyShuffle(using: &generator)
            subset += members[label].prefix(shares[label])
        }
        return subset.sorted()
    }
}
