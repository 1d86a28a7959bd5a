import Datasets
import Testing

@Suite struct ImageSetTests {
    @Test func countsImagesOfEachClass() {
        let images = imageSet(labels: [2, 0, 2, 2], classes: 4)
        #expect(images.classCounts == [1, 0, 3, 0])
        #expect([images.count, images.classes, images.imageSize] == [4, 4, 1])
    }
}
