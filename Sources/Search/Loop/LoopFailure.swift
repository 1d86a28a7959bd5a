/// An error that no candidate is to blame for, such as a worker that cannot be started: it ends the loop instead of being held against
/// candidates.
public protocol LoopFailure: Error {}
