/// An error that is not caused by a candidate, such as a worker that cannot start. It ends the loop instead of failing a candidate.
public protocol LoopFailure: Error {}
