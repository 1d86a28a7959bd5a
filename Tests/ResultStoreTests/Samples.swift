import Foundation
import ResultStore

/// A temporary directory for one test, removed after it.
final class Scratch {
    let directory = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")

    deinit { try? FileManager.default.removeItem(at: directory) }

    var database: URL { directory.appending(path: ResultStore.fileName) }

    func create() throws -> ResultStore {
        try ResultStore.create(at: directory, run: .sample, settings: ["channels": "16", "cells": "5"])
    }
}

extension RunRecord {
    static var sample: RunRecord {
        RunRecord(
            command: "gtn-nas search fashion.space", seed: .max, budgetSeconds: 600, spaceName: "fashion", spaceHash: "00ff",
            spaceText: "space fashion", dataset: "fashion-mnist", versions: ["libtorch": "2.13.0"], device: "cpu", machine: "2 cores",
            created: Date(timeIntervalSince1970: 1_700_000_000))
    }
}

func candidate(_ number: Int) -> Candidate {
    Candidate(architecture: "a\(number)", hash: String(format: "%016x", number), parameters: number, macs: 10 * number)
}

func evaluation(_ number: Int, score: Double, scoring: String = "curriculum", accuracy: Double = 0.5) -> EvaluationRecord {
    EvaluationRecord(
        hash: candidate(number).hash, scoring: scoring, seed: .max - UInt64(number),
        outcome: .success(Evaluation(score: score, accuracy: accuracy, loss: 1.25, steps: 2, seconds: 3, stepLosses: [2.5, 1.5])))
}

func validation(_ number: Int, accuracy: Double, epochs: Int = 3, seed: UInt64 = 1) -> ValidationRecord {
    ValidationRecord(
        hash: candidate(number).hash, Validation(accuracy: accuracy, loss: 0.4, epochs: epochs, images: 20_000, seconds: 30, seed: seed))
}

extension ResultStore {
    func record(_ evaluation: EvaluationRecord, of number: Int) throws {
        try record(evaluation, of: candidate(number), proposal: number)
    }

    func evaluate(_ scores: [Double]) throws {
        for (number, score) in scores.enumerated() { try record(evaluation(number, score: score), of: number) }
    }
}
