import Datasets
import Testing

@Suite struct DatasetSpecificationErrorTests {
    private func message(_ text: String) -> String? {
        do {
            _ = try DatasetSpecification(parsing: text)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func unknownName() {
        #expect(
            message("imagenet:/d")
                == "unknown data set `imagenet`: expected fashion-mnist[:DIR], mnist:DIR, cifar10:DIR, cifar100:DIR or folder:DIR")
    }

    @Test func mistypedName() {
        #expect(
            message("fashionmnist")
                == """
                unknown data set `fashionmnist` (did you mean `fashion-mnist`?): expected fashion-mnist[:DIR], mnist:DIR, cifar10:DIR, \
                cifar100:DIR or folder:DIR
                """
        )
    }

    @Test func emptyName() {
        #expect(message("") == "unknown data set ``: expected fashion-mnist[:DIR], mnist:DIR, cifar10:DIR, cifar100:DIR or folder:DIR")
    }

    @Test(arguments: ["mnist", "mnist:"]) func missingDirectory(text: String) {
        #expect(message(text) == "data set `\(text)` needs the directory of its files: write mnist:DIR")
    }

    @Test func anEmptyDirectoryIsNotTheDefault() {
        #expect(throws: DatasetSpecificationError(specification: "fashion-mnist:", problem: .missingDirectory(.fashionMNIST))) {
            try DatasetSpecification(parsing: "fashion-mnist:")
        }
    }
}
