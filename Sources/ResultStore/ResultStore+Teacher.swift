internal import GRDB

extension ResultStore {
    /// Records a meta-step. A meta-step repeated after a resumption replaces its earlier record.
    public func record(_ step: MetaStepRecord) throws {
        try write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO meta_step (step, loss, seconds) VALUES (?, ?, ?)",
                arguments: [step.step, step.loss?.finite, step.seconds])
        }
    }

    /// All meta-steps, in order.
    public func metaSteps() throws -> [MetaStepRecord] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM meta_step ORDER BY step").map(MetaStepRecord.init) }
    }

    /// Records the run's teacher. Replaces an earlier one.
    public func record(_ teacher: TeacherRecord) throws {
        try write { db in
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO teacher (id, kind, steps, batch, meta_steps, path, metrics) VALUES (1, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    teacher.kind, teacher.steps, teacher.batch, teacher.metaSteps, teacher.path,
                    try JSONText.encode(teacher.metrics.compactMapValues(\.finite)),
                ])
        }
    }

    /// The run's teacher; nil if there is none yet.
    public func teacher() throws -> TeacherRecord? {
        try read { try Row.fetchOne($0, sql: "SELECT * FROM teacher").map(TeacherRecord.init) }
    }
}
