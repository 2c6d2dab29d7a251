import ArgumentParser
import Client
import Wire

/// What puts a code on the clipboard.
struct CopyOptions: ParsableArguments {
    @Flag(name: .customLong("copy"), help: Help.copy) var isWanted = false
    @Flag(name: .customLong("paste-once"), help: Help.pasteOnce) var once = false
    @Option(name: .customLong("clear-after"), help: Help.clearAfter) var clearAfter: TimeSpan?

    /// Seconds after which it is taken off again.
    var seconds: UInt32 { clearAfter?.seconds ?? CodeOptions.usualClearAfter }

    func validate() throws {
        if once, !isWanted { throw ValidationError(tr("--paste-once goes with --copy.")) }
        if clearAfter != nil, !isWanted { throw ValidationError(Sentences.clearIsCopy) }
    }

    /// The clipboard; nil where the code is printed.
    func find() throws(ClientError) -> Clipboard? { isWanted ? try Clipboard.find(once: once) : nil }
}

/// What `fob code` and `fob next` were asked for.
struct CodeOptions {
    var name: String
    /// The code after the current one.
    var next = false
    var json = false
    /// Put it on the clipboard instead of printing it.
    var copy = false
    /// The clipboard gives it once.
    var pasteOnce = false
    /// Seconds after which a copied code is taken off the clipboard.
    var clearAfter = usualClearAfter
    static let usualClearAfter: UInt32 = 30
    /// Seconds that the code must still hold.
    var wait: UInt32 = 0
    /// One that the agent has not given yet.
    var fresh = false
    var starting = true
    /// Where the passphrase comes from if the vault is locked.
    var source = PassphraseSource()

    init(name: String) { self.name = name }

    /// Reads the arguments of the everyday form, `code NAME` or `next NAME` with `--json`, `--copy`, `--no-ask`,
    /// `--no-start`, `--fresh` or `--wait SECONDS`; nil for everything else, which is for the argument parser.
    init?(hot arguments: [String]) {
        guard arguments.count >= 2, arguments[0] == "code" || arguments[0] == "next" else { return nil }
        var name: String?
        next = arguments[0] == "next"
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": json = true
            case "--copy": copy = true
            case "--no-ask": source = PassphraseSource(mayAsk: false)
            case "--no-start": starting = false
            case "--fresh" where !next: fresh = true
            case "--wait" where !next:
                guard let seconds = rest.popFirst().flatMap({ Seconds.parse($0) }) else { return nil }
                wait = seconds
            default:
                guard name == nil, !argument.isEmpty, argument.utf8.first != UInt8(ascii: "-"),
                    !Arguments.isURI(argument)
                else { return nil }
                name = argument
            }
        }
        guard let name else { return nil }
        self.name = name
    }
}

extension CodeFlags {
    /// No flag. The empty literal would make the runtime search the conformances of the whole program: 0.2 ms.
    static var none: CodeFlags { CodeFlags(rawValue: 0) }
}
