import ArgumentParser
import Client

// Sentences of fob drill.
extension Sentences {
    static func drillDue(_ days: UInt64) -> String {
        tr("nobody has typed the passphrase for \(days) days: run 'fob drill' to see that it is not forgotten")
    }
    static func drillEvery(_ seconds: UInt64) -> String {
        seconds == 0
            ? tr("there are no reminders of drills any more") : tr("a drill is due every \(Seconds.text(seconds))")
    }
    static let drillPassed = tr("correct: with it, you get everything back")
    static let drillExplanation = tr("A drill: do you still know it? Nothing is changed.")
    static let drillCodeExplanation = tr("A drill: the code is only compared, and stays as good as it was.")
    static let drillForeignCode = tr("this code opens nothing any more: it was used, or belongs to an older kit")
    static let drillCodeRemedy = tr("try another of the kit, or make a new kit with: fob access kit")
}

extension Help {
    static let drill = tr("Check that you still know the passphrase, or have a kit code.")
    static let drillDiscussion = tr(
        """
        Asks for the passphrase, or with --recovery-code for a kit code, and says whether it is right; a code is \
        not used up. When nobody has typed the passphrase for 60 days, fob status and fob backup status remind you of \
        it, once a day.
        """)
    static let drillEvery = ArgumentHelp(
        tr("Remind after this time instead of 60d; never for no reminders."), valueName: "time")
}
