/// Seconds by which a budget may be exceeded in a test.
///
/// Tests share the machine with one another, and perhaps with other programs, so the end of one step can come late. The allowance is far
/// below the time of work that ignores its budget.
public let loadAllowance = 30.0
