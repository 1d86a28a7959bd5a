import Testing

@testable import Datasets

@Suite struct NameSuggestionTests {
    @Test(arguments: [
        ("cifar-10", DatasetSpecification.Kind.cifar10), ("CIFAR10", .cifar10), ("cifar1000", .cifar100), ("mnits", nil),
        ("fmnist", .mnist),
        ("fashion_mnist", .fashionMNIST), ("svhn", nil), ("", nil),
    ])
    func nearest(name: String, kind: DatasetSpecification.Kind?) {
        #expect(NameSuggestion.nearest(to: name) == kind)
    }

    @Test(arguments: [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("flaw", "lawn", 2)])
    func distance(first: String, second: String, distance: Int) {
        #expect(NameSuggestion.distance(first, second) == distance)
    }
}
