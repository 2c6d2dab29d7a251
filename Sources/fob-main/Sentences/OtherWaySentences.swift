import ArgumentParser
import Client
import Messages
import Wire

// Numbers and hardware keys that are noted of accounts.
extension Sentences {
    static func notANumber(_ failure: PhoneNumber.Failure) -> String {
        switch failure {
        case .noCountry: tr("a number without its country is another one abroad")
        case .character(let character): tr("there is no \"\(Label.shown(String(character)))\" in a telephone number")
        case .digits(let count): tr("a telephone number has 8 to 15 digits, and this has \(count)")
        case .unknownCountry: tr("no country has numbers that begin like this")
        }
    }
    static let writeNumber = tr("write it with a plus sign and the country's code, like +49 30 1234567")
    static let notAKeyName = tr("a name of a key is on one line, and not longer than \(Limits.otherWay) bytes")
    static let shortKeyName = tr("give what tells it from others: its colour, its place, its number")
    static let numberWarnings = [
        tr("warning: a message is the weakest second factor: numbers are taken over, given to others and listened to"),
        tr(
            "hint: prefer a security key or a second authenticator; keep this one as the last resort, and never as the only one"
        ),
        tr("hint: have your carrier set a PIN for moving the number, and tell the service before the number changes"),
        tr("hint: when the service has sent a code and it worked: fob number verify ACCOUNT NUMBER"),
    ]
    static func notServed(_ countries: [String]) -> String {
        tr(
            "warning: GitHub sends no messages to \(anyOf(countries)), as its list says; other services may do as it does"
        )
    }
    static func perhapsNotServed(_ countries: [String]) -> String {
        tr(
            "warning: GitHub may send no messages to it: \(anyOf(countries)) is not on its list, and has numbers that begin alike"
        )
    }
    static func anyOf(_ names: [String]) -> String { names.joined(separator: tr(" or ")) }
    static func otherWayAdded(_ label: String, _ text: String) -> String { tr("noted of \(label): \(text)") }
    static func otherWayVerified(_ label: String, _ text: String) -> String { tr("noted of \(label): \(text) works") }
    static func otherWayRemoved(_ label: String, _ text: String) -> String {
        tr("no longer noted of \(label): \(text)")
    }

    static func noMessage(_ site: String) -> String { tr("no code has come by message for \(site)") }
    static func waitsForMessage(_ site: String?, _ seconds: UInt16) -> String {
        let time = Seconds.text(UInt64(seconds))
        guard let site else { return tr("waiting up to \(time) for a code") }
        return tr("waiting up to \(time) for a code for \(Label.shown(site))")
    }
    static let noMessageAtAll = tr("no code has come by message")
    static let isGuess =
        tr("this is a guess: the message does not say for which site the code is; compare it with the message")
    static func isFor(_ host: String, frame: String) -> String {
        frame.isEmpty
            ? tr("the message says that it is for \(host): give it to no other site")
            : tr("the message says that it is for \(host), in its frame from \(frame): give it to no other site")
    }
    static func otherHasCome(_ host: String) -> String {
        tr("a code has come for another site, and is kept from this one: \(host)")
    }
    static let guessHasCome = tr("a code has come in a message that names no site; to see it: fob number code")
    static func notASite(_ text: String) -> String { tr("\(Label.shown(text)) is not a site") }
    static let siteLikeThis = tr(
        "give its host as the browser shows it: login.example.com, or xn--... for other letters")
    static let waitTooLong = tr("a code is waited for up to \(Seconds.text(UInt64(Limits.messageSeconds)))")

    static let readyNumberOnly = tr("besides the vault there is only a telephone number, which can be taken over")
    static let readyAddSecondWay = tr("add a second way that is not a message: recovery codes or a security key")
    static let readyNumberLine =
        tr("the line of its telephone number, or of one that may be it, has another SIM or has lost its service")
    static let readyMendLine =
        tr(
            "if that was not you, call your carrier, and take the number out at the service; once a code has come again: fob number verify ACCOUNT NUMBER"
        )
    static let readyTryNumber = tr("have the service send a code; when it worked: fob number verify ACCOUNT NUMBER")
}

extension Help {
    static let number = tr("Note telephone numbers that services send codes to.")
    static let numberDiscussion = tr(
        """
        A number is noted, checked and warned about; fob sends nothing to it. A number that begins with the code of several \
        countries may be of each of them.
        """)
    static let numberCode = tr("Take a one-time code that has come by message.")
    static let numberCodeDiscussion = tr(
        """
        fob-messages reads messages of a modem or a paired telephone; see fob-messages(1). A code is given once, is kept for \
        ten minutes, and is gone when the vault is locked. With --for it is given only if the message itself says that it is \
        for that very site.
        """)
    static let numberCodeSite = ArgumentHelp(tr("The site that asks for the code, as its host."))
    static let hardwareKey = tr("Note which hardware security keys are registered where.")
    static let hardwareKeyDiscussion = tr(
        """
        A note only: the key itself holds what it signs with. It counts as a way in where fob ready tells what is left.
        """)
}
