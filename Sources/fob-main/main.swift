import Client
import Platform

Hardening.apply()
Hardening.fillStandardDescriptors()

// A code for a script must not wait for the tables of the argument parser.
let arguments = Array(CommandLine.arguments.dropFirst())
// What a program reads is the same in every language.
if !arguments.contains("--json") { Translation.begin() }
if let hot = CodeOptions(hot: arguments) {
    Program.run { try Codes.run(hot) }
} else {
    Program.run(arguments)
}
