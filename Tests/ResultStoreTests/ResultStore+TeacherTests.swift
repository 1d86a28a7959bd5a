@testable import ResultStore
import Testing

struct TeacherTests {
    private let scratch = Scratch()

    @Test func metaStepsComeBackInOrder() throws {
        let store = try scratch.create()
        let steps = [MetaStepRecord(step: 0, loss: 2, seconds: 1), MetaStepRecord(step: 1, loss: 1.5, seconds: 1)]
        for step in steps.reversed() { try store.record(step) }
        #expect(try store.metaSteps() == steps)
    }

    @Test func aRepeatedMetaStepReplacesItsRecord() throws {
        let store = try scratch.create()
        try store.record(MetaStepRecord(step: 0, loss: 2, seconds: 1))
        try store.record(MetaStepRecord(step: 0, loss: .nan, seconds: 1))
        #expect(try store.metaSteps() == [MetaStepRecord(step: 0, loss: nil, seconds: 1)])
    }

    @Test func aLaterTeacherReplacesTheEarlierOne() throws {
        let store = try scratch.create()
        #expect(try store.teacher() == nil)
        var teacher = TeacherRecord(
            kind: "distilled", steps: 16, batch: 64, metaSteps: 10, path: "teacher.safetensors", metrics: ["accuracy": 0.7])
        try store.record(teacher)
        teacher.metaSteps = 20
        try store.record(teacher)
        #expect(try store.teacher() == teacher)
        teacher.kind = "wise"
        #expect(throws: InvalidRecord.self) { try store.record(teacher) }
    }
}
