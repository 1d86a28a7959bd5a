@testable import ResultStore
import Testing

struct RunTests {
    private let scratch = Scratch()

    @Test func settingsAreReplaced() throws {
        let store = try scratch.create()
        try store.record(setting: "cells", value: "3")
        #expect(try store.settings() == ["channels": "16", "cells": "3"])
    }

    @Test func timeAccumulatesOverResumptions() throws {
        var store = try scratch.create()
        try store.add(seconds: 10, to: .scoring)
        try store.add(seconds: 2, to: .metaTraining)
        try store.close()
        store = try ResultStore.open(at: scratch.directory)
        try store.add(seconds: 5, to: .scoring)
        #expect(try store.spentSeconds() == [.scoring: 15, .metaTraining: 2])
        #expect(try store.totalSeconds() == 17)
    }

    @Test func theSchemaAcceptsEveryPhase() throws {
        let store = try scratch.create()
        for phase in RunPhase.allCases { try store.add(seconds: 1, to: phase) }
        #expect(try store.totalSeconds() == Double(RunPhase.allCases.count))
    }

    @Test func negativeTimeIsRefused() throws {
        let store = try scratch.create()
        try store.add(seconds: 10, to: .scoring)
        #expect(throws: InvalidRecord.self) { try store.add(seconds: -1, to: .scoring) }
    }

    @Test func aRunWithoutABudgetIsAllowed() throws {
        var run = RunRecord.sample
        run.budgetSeconds = nil
        #expect(try ResultStore.create(at: scratch.directory, run: run).run().budgetSeconds == nil)
    }
}
