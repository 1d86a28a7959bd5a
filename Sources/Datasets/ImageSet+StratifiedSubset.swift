extension ImageSet {
    /// `count` of the images at `indices`, drawn without repeats, every class with its share of them (to within one image).
    ///
    /// The size is exact however uneven the classes are: shares are rounded by largest remainder, ties for the smaller label.
    /// Ascending, so that reading runs through memory forward. The same state of the generator gives the same images in every version of
    /// Swift.
    ///
    /// - Precondition: `count` is at most `indices.count`.
    public func stratifiedSubset(
        of indices: [Int], count: Int, using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        precondition((0...indices.count).contains(count), "stratifiedSubset: \(count) of \(indices.count) images")
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
