import Testing

@testable import Basics

@Suite struct SuggestionTests {
    private static let known = ["fashion-mnist", "mnist", "cifar10", "cifar100", "folder"]

    @Test(arguments: [
        ("cifar-10", "cifar10"), ("CIFAR10", "cifar10"), ("cifar1000", "cifar100"), ("mnits", "mnist"), ("fmnist", "mnist"),
        ("fashion_mnist", "fashion-mnist"), ("svhn", nil), ("", nil),
    ])
    func nearest(name: String, nearest: String?) {
        #expect(Suggestion.nearest(to: name, among: Self.known) == nearest)
    }

    /// The last pair differs by a swap of neighbors.
    @Test(arguments: [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("flaw", "lawn", 2), ("ab", "ba", 1)])
    func distance(first: String, second: String, distance: Int) {
        #expect(Suggestion.distance(first, second) == distance)
    }
}
