import Foundation
import Search

let arguments = CommandLine.arguments
var request = try SearchRequest(space: arguments[1], data: arguments[2])
request.budgetSeconds = Double(arguments[3])
request.directory = arguments[4]
request.strategy = .evolution
request.limits = CostLimits(parameters: 60_000)

let run = try request.prepare().run { event in
    if case .stage(let stage, _) = event { print(stage) }
    if case .validated(let result, _, _) = event, let validation = result.value {
        print("\(result.candidate.architecture): accuracy \(validation.accuracy)")
    }
}
for row in try run.ranking(top: 3) {
    print("\(row.rank). score \(row.evaluation.score), \(row.candidate.parameters) parameters: \(row.candidate.architecture)")
}
if let agreement = try run.agreement() {
    print("Spearman \(agreement.report.proxy.spearman.all?.value ?? .nan), verdict \(agreement.report.verdict): \(agreement.explanation)")
}
