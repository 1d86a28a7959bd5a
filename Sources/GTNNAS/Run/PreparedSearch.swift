import GTN
import Networks
import Search
import SearchSpace

/// What a search is: its options resolved and checked, before anything is written.
struct PreparedSearch {
    let task: LearningTask
    let space: SearchSpace
    let settings: RunSettings
    /// How a teacher is made, where the run makes its own.
    let teaching: Teaching.Configuration
    /// A teacher made before, checked against the task; nil when the run makes its own or needs none.
    let teacher: TeacherFile?
    /// Exactly what is to be scored; nil where a strategy proposes.
    let candidates: [Candidate]?
    let directory: RunDirectory
}
