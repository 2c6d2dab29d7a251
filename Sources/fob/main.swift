import Client
import Platform
import Wire

// `fob` as it is installed: it answers the everyday form, `fob code NAME`, and becomes the whole program for everything
// else. The whole program brings the argument parser, and with it Foundation and Dispatch, whose start
// alone takes longer than getting a code.

/// `code NAME` or `next NAME` with a plain name; nil for everything else.
func everyday(_ arguments: [String]) -> CodeRequest? {
    guard arguments.count == 3, arguments[1] == "code" || arguments[1] == "next" else { return nil }
    // A colon: an id, or a secret URI, which is refused.
    guard arguments[2].utf8.first != UInt8(ascii: "-"), !arguments[2].isEmpty,
        arguments[2].utf8.count <= 40, !arguments[2].utf8.contains(UInt8(ascii: ":"))
    else { return nil }
    return CodeRequest(.name(arguments[2]), flags: CodeFlags(rawValue: arguments[1] == "next" ? 1 : 0))
}

/// Gets a code, prints it and ends. Returns when an agent has to be started or the vault to be unlocked first.
func printCode(_ request: CodeRequest) {
    guard let connection = try? Connection.open(starting: false) else { return }
    do throws(ClientError) {
        Output.line(try connection.quickCode(request, onWaiting: Waiting.tell).code)
        Daemon.exit(0)
    } catch {
        // Asked once more, the whole program would have a person confirm twice.
        guard error.code != .locked else { return }
        Output.error(error)
        Daemon.exit(error.exitStatus)
    }
}

let arguments = CommandLine.arguments
if let request = everyday(arguments) {
    Hardening.apply()
    Hardening.fillStandardDescriptors()
    printCode(request)
}
for path in Child.companions("fob-main") {
    Child.become(path, arguments)
}
Output.error(ClientError(.noAgent, "the rest of fob is missing", remedy: "install fob as a whole"))
Daemon.exit(ErrorCode.noAgent.exitStatus)
