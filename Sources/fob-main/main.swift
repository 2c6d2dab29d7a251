import Client
import Platform

let arguments = Array(CommandLine.arguments.dropFirst())
// What seals a key to the machine is root's.
Hardening.apply(asksRoot: arguments.contains("access") && arguments.contains("--machine"))
Hardening.fillStandardDescriptors()

// What a program reads is the same in every language.
if !arguments.contains("--json") { Translation.begin() }
// A code for a script must not wait for the tables of the argument parser.
if let hot = CodeOptions(hot: arguments) {
    Program.run { try Codes.run(hot) }
} else {
    Program.run(arguments)
}
