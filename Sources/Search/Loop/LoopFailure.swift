/// An error that no candidate causes, such as a worker that cannot start. It ends the loop; it is not recorded as a candidate's failure.
public protocol LoopFailure: Error {}
