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

    /// Networks of one architecture with different widths are different candidates.
    @Test func fittedSettingsHaveAColumn() throws {
        let space = try SearchSpace.parse(
            """
            space two image 1x4x4 classes 2 setting width = 3
            network { body: (skip: identity | conv: conv 3x3 -> width) > (skip: identity | conv: conv 3x3)
              head: global-avg-pool > linear classes }
            """, file: "two.space")
        try Data("architecture,accuracy,width\n\"conv,skip\",0.5,4\n\"conv,skip\",0.7,8\n".utf8).write(to: file)
        let table = try AccuracyTable(path: file.path, space: space, fit: "width")
        let hash = space.hash(of: try space.architecture("conv,skip"))
        #expect(table.accuracies == [SearchSpace.hash(hash, values: ["width": 4]): 0.5, SearchSpace.hash(hash, values: ["width": 8]): 0.7])
        #expect(table.architectures.map(\.values) == [["width": 4], ["width": 8]])
        #expect(throws: InputError.self) { try AccuracyTable(path: file.path, space: space, fit: "channels") }
        try Data("architecture,accuracy,width\n\"conv,skip\",0.5,wide\n".utf8).write(to: file)
        let error = #expect(throws: InputError.self) { try AccuracyTable(path: file.path, space: space, fit: "width") }
        #expect(error?.description == "\(file.path):2: error: expected a value of width, a whole number from 1 on, found 'wide'")
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

    /// Scores of any origin. The third network has no nwot, so this baseline is left out, and is no part of the aggregate.
    @Test func tablesOfScoresAreEvaluated() throws {
        try Data(
            """
            architecture,score,accuracy,macs,parameters,nwot,jacob_cov,synflow,note
            a,1,50,100,7,1,4,3,x
            b,2,60,101,6,2,3,5,x
            c,3,70,102,5,,2,3,x
            d,4,0.5,103,4,4,1,4,x
            """.utf8
        ).write(to: file)
        let agreement = Agreement(try ScoreTable(path: file.path), cost: .macs)
        #expect(agreement.report.pairs == 4)
        #expect(agreement.rows.map(\.accuracy) == [0.5, 0.6, 0.7, 0.005])
        #expect(agreement.report.missing == ["nwot": 1])
        #expect(agreement.report.baselines.keys.sorted() == ["aggregate", "jacob_cov", "macs", "parameters", "synflow"])
        #expect(agreement.report.atEqualCost?.proxy.concordance?.pairs == 6)
        // Of six pairs, the three with the last network are in the wrong order.
        #expect(agreement.report.atEqualCost?.proxy.concordance?.value == 0.5)
        #expect(agreement.proxy == "score")
        #expect(agreement.explanation.contains("4 candidates are too few"))
        #expect(agreement.aggregateMembers == ["macs", "jacob_cov", "synflow"])
        #expect(Agreement(try ScoreTable(path: file.path)).cost == .macs)
        let other = Agreement(try ScoreTable(path: file.path), cost: .latency)
        #expect(other.report.atEqualCost == nil && other.report.verdictAtEqualCost == nil)
        #expect(other.explanationAtEqualCost == "not evaluated, because the latency of some candidates is not known")
    }

    @Test(arguments: [
        ("architecture,score\na,1\n", ":1: error: expected a header with the columns architecture, score and accuracy"),
        ("architecture,score,accuracy\na,1,0.5\n", "has one candidate; expected at least two"),
        ("architecture,score,accuracy\na,x,0.5\nb,1,0.5\n", ":2: error: expected a number, found 'x'"),
        ("architecture,score,accuracy\na,1,500\nb,1,0.5\n", ":2: error: expected an accuracy from 0 to 1 or in percent, found '500'"),
    ]) func wrongTablesAreRefused(_ text: String, _ words: String) throws {
        try Data(text.utf8).write(to: file)
        let error = #expect(throws: InputError.self) { try ScoreTable(path: self.file.path) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
