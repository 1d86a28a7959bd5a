import Basics
import Testing

struct SettingCheckTests {
    @Test func numbersOutOfBoundsAreRefused() throws {
        try SettingCheck.ifGiven("epochs", nil, 1...3)
        try SettingCheck.ifGiven("epochs", 3, 1...3)
        #expect(throws: InputError("\(setting: "epochs") 4: expected a number from 1 to 3")) {
            try SettingCheck.ifGiven("epochs", 4, 1...3)
        }
    }

    @Test func sharesAndPositiveNumbersAreChecked() throws {
        #expect(try SettingCheck.share("part", 0) == 0 && SettingCheck.positive("rate", 0.5) == 0.5)
        for value in [-0.1, 1, .nan] { #expect(throws: InputError.self) { try SettingCheck.share("part", value) } }
        for value in [0, -1, .infinity, .nan] { #expect(throws: InputError.self) { try SettingCheck.positive("rate", value) } }
    }
}
