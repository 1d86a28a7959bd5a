internal import CTorch

/// The process's libtorch: version, threads, and how many tensors Swift holds.
public enum Runtime {
    /// Prepares the process once: keeps freed memory for reuse instead of handing it back to the system after every large tensor.
    public static func start() {
        _ = started
    }

    private static let started: Void = ct_start()

    public static var libtorchVersion: String { String(cString: ct_version()) }

    /// Threads that one operation uses when the *calling thread* asks for it (OpenMP keeps this number per thread).
    public static var threads: Int {
        get { Int(ct_threads()) }
        set { ct_set_threads(Int32(newValue)) }
    }

    /// Handles that Swift holds at this moment, for tests of leaks.
    public static var liveTensors: Int { Int(ct_live_handles()) }
}
