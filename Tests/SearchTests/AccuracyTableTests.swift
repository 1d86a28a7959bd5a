import Basics
import Foundation
import SearchSpace
import Testing

@testable import Search

@Suite final class AccuracyTableTests {
    private let file = FileManager.default.temporaryDirectory.appending(path: "table-\(UUID().uuidString).csv")
    private let space: SearchSpace

    init() throws {
        space = try SearchSpace.parse(
            """
            space two
            image 1x4x4
            classes 2
            network { body: (skip: identity | conv: conv 3x3) + (skip: identity | conv: conv 3x3)
              head: global-avg-pool > linear classes }
            """, file: "two.space")
    }

    deinit { try? FileManager.default.removeItem(at: file) }

    private func table(_ text: String, column: String = "accuracy") throws -> AccuracyTable {
        try Data(text.utf8).write(to: file)
        return try AccuracyTable(path: file.path, column: column, space: space)
    }

    /// In percent, the worst rows may be below one. Decided row by row, 0.9 % would be the best network.
    @Test func theUnitIsDecidedForTheWholeColumn() throws {
        let percent = try table("architecture,accuracy\n\"skip,skip\",0.9\n\"conv,conv\",90\n")
        #expect(percent.unit == .percent)
        #expect(percent.rows.map(\.accuracy) == [0.9 / 100, 0.9])
        let fractions = try table("architecture,accuracy\n\"skip,skip\",0.9\n\"conv,conv\",1\n")
        #expect(fractions.unit == .fraction)
        #expect(fractions.rows.map(\.accuracy) == [0.9, 1])
    }

    @Test func everyRowIsKeptAndEqualFunctionsHaveTheirMean() throws {
        let read = try table("architecture,accuracy\n\"skip,conv\",80\n\"conv,skip\",82\n\"conv,conv\",90\n")
        #expect(read.rows.count == 3)
        #expect(read.rows[0].hash == read.rows[1].hash)
        #expect(read.accuracies[read.rows[0].hash] == 0.81)
        #expect(read.architectures.count == 2)
    }

    @Test func anotherColumnMayBeChosen() throws {
        let text = "architecture,accuracy,top5\n\"skip,skip\",50,80\n"
        #expect(try table(text, column: "top5").rows.map(\.accuracy) == [0.8])
        let error = #expect(throws: InputError.self) { try table(text, column: "top1") }
        #expect(error?.description.contains("expected a header with the columns architecture and top1") == true)
    }

    @Test func latenciesAreReadFromATable() throws {
        try Data("architecture,latency_ms\n\"skip,conv\",2\n\"conv,skip\",4\n".utf8).write(to: file)
        let table = try LatencyTable(path: file.path, space: space)
        #expect(table.milliseconds(of: try space.architecture("conv,skip"), in: space) == 3)
        #expect(table.milliseconds(of: try space.architecture("conv,conv"), in: space) == nil)
        try Data("architecture,latency_ms\n\"skip,conv\",fast\n".utf8).write(to: file)
        let error = #expect(throws: InputError.self) { try LatencyTable(path: file.path, space: space) }
        #expect(error?.description.contains(":2: error: expected a latency in milliseconds, found 'fast'") == true)
    }
}
