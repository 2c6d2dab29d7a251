import Platform

Hardening.apply()
Hardening.fillStandardDescriptors()

// A code for a script must not wait for the tables of the argument parser.
let arguments = Array(CommandLine.arguments.dropFirst())
if let hot = CodeOptions(hot: arguments) {
    Program.run { try Codes.run(hot) }
} else {
    Program.run(arguments)
}
