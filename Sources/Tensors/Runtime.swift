internal import CTorch

/// libtorch in this process: its version, its threads, and the number of tensors that Swift holds.
public enum Runtime {
    /// Configures the process once. Freed memory is kept for reuse, so that it is not returned to the system after every large tensor.
    public static func start() {
        _ = started
    }

    private static let started: Void = ct_start()

    public static var libtorchVersion: String { String(cString: ct_version()) }

    /// The number of threads for one operation started by the *calling thread*. OpenMP keeps this number per thread.
    public static var threads: Int {
        get { Int(ct_threads()) }
        set { ct_set_threads(Int32(newValue)) }
    }

    /// The number of handles that Swift holds now, for leak tests.
    public static var liveTensors: Int { Int(ct_live_handles()) }
}
