import Testing

@testable import Datasets

@Suite struct DatasetSpecificationTests {
    @Test func fashionMNISTDefaultsToDebiansDirectory() throws {
        let specification = try DatasetSpecification(parsing: "fashion-mnist")
        #expect(specification == DatasetSpecification(.fashionMNIST, directory: "/usr/share/datasets/fashion-mnist"))
        #expect(specification.description == "fashion-mnist")
        #expect(
            specification.format.remedy(in: specification.directory).description.contains(
                "apt-get install --reinstall dataset-fashion-mnist"))
    }

    @Test(arguments: ["fashion-mnist:/d", "mnist:/d/e", "cifar10:relative:with-colon"])
    func directoriesAreParsedAndPrinted(text: String) throws {
        let specification = try DatasetSpecification(parsing: text)
        #expect(specification.description == text)
        #expect(specification.directory == text.split(separator: ":", maxSplits: 1)[1])
    }

    @Test(arguments: ["fashion-mnist@14x14", "fashion-mnist:/d@14x20", "cifar10:/a@2024/b@16x16"])
    func sizesAreParsedAndPrinted(text: String) throws {
        let specification = try DatasetSpecification(parsing: text)
        #expect(specification.description == text)
        #expect(specification.size != nil)
        #expect(specification.directory.hasSuffix("x16") == false)
        #expect(try DatasetSpecification(parsing: "mnist:/data@2024/b").directory == "/data@2024/b")
    }

    @Test(arguments: [
        ("fashion-mnist", "fashion-mnist@14x14", true), ("cifar10:/a@8x8", "cifar10:/a@16x16", true), ("cifar10:/a", "cifar10:/b", false),
        ("mnist:/a", "cifar10:/a", false),
    ]) func sizesDoNotChangeTheFiles(_ one: String, _ other: String, _ same: Bool) throws {
        #expect(try DatasetSpecification(parsing: one).isOfSameFiles(as: DatasetSpecification(parsing: other)) == same)
    }

    @Test func tildeIsTheHomeDirectory() throws {
        let specification = try DatasetSpecification(parsing: "mnist:~/data")
        #expect(specification.directory.hasPrefix("/"))
        #expect(specification.directory.hasSuffix("/data"))
        #expect(!specification.directory.contains("~"))
    }
}
