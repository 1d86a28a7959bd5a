import Datasets
import Testing

@Suite struct DatasetFileErrorTests {
    @Test func describesItselfInOneLine() {
        let error = DatasetFileError(file: "/d/x.bin", found: "3 bytes", expected: "4", remedy: "fetch it again")
        #expect("\(error)" == "/d/x.bin: found 3 bytes, expected 4; fetch it again")
    }
}
