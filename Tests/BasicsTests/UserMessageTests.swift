import Basics
import Testing

struct UserMessageTests {
    private struct Broken: Error, CustomStringConvertible {
        let description = "broken"
    }

    @Test func eachLayerNamesSettingsInItsTerms() {
        let message: UserMessage = "\(setting: "max-macs") \(5): allow \("more")"
        #expect(message.description == "maxMacs 5: allow more")
        #expect(message.text { "--\($0)" } == "--max-macs 5: allow more")
        let longer: UserMessage = "a.space: \(message)"
        #expect(longer.text { $0.uppercased() } == "a.space: MAX-MACS 5: allow more")
    }

    @Test func equalMessagesAreEqualHoweverTheyWereBuilt() {
        let (a, b): (UserMessage, UserMessage) = ("1 of 2", "\(1) of \("")\(2)")
        #expect(a == b && a != "1 of 3")
        let setting: UserMessage = "\(setting: "run")"
        #expect(setting != "run")
    }

    @Test func errorsKeepTheirSettings() {
        let mistake: any Error = InputError("\(setting: "run") is missing")
        #expect(UserMessage(mistake).text { "--\($0)" } == "--run is missing")
        #expect(UserMessage(Broken()).description == "broken")
    }
}
