import Foundation
import Testing

extension Trait where Self == ConditionTrait {
    /// Marks a test or suite that takes seconds: `Scripts/test --fast` leaves it out.
    ///
    /// A condition and not a tag, because `swift test` of Swift 6.3 cannot select tests by tag.
    public static var slow: Self {
        .disabled(if: ProcessInfo.processInfo.environment["GTN_NAS_FAST_TESTS"] == "1", "slow; Scripts/test without --fast runs it")
    }
}
