import ArgumentParser
import Client
import Platform
import Wire

/// How the program starts verbs and ends: what is printed where, and with which exit status.
///
/// - Results go to standard output, everything else (questions, progress, warnings, errors) to the terminal or to
///   standard error.
/// - Errors are `fob: message`, then `hint: remedy`: lower case, no full stop.
/// - With `--json`, standard output has exactly one JSON value, or one per line where fob(1) says so; an error is one
///   too.
enum Program {
    /// Parses the arguments and runs the verb that they name.
    static func run(_ arguments: [String]) -> Never {
        run {
            try Arguments.refuseBroken(arguments)
            try Arguments.refuseEmpty(arguments)
            try Arguments.refuseSecrets(arguments)
            let arguments = arguments == ["-V"] ? ["--version"] : arguments
            do {
                var command = try Fob.parseAsRoot(Arguments.expanded(arguments))
                try command.run()
            } catch let error as ClientError {
                throw error
            } catch {
                end(parsing: error)
            }
        }
    }

    /// Runs `body` and ends the process with the exit status that it comes to.
    static func run(_ body: () throws -> Void) -> Never {
        do {
            try body()
            Daemon.exit(0)
        } catch let error as ClientError {
            end(error)
        } catch {
            end(ClientError(.internalFault, "\(error)"))
        }
    }

    /// Help, completion scripts and wrong usage come from the parser as errors.
    private static func end(parsing error: any Error) -> Never {
        // The parser ends with a trap where there are fewer columns than its own indents take.
        let columns = Environment.value(of: "COLUMNS").flatMap { Int($0) } ?? Terminal.width(of: 1)
        if let columns, columns < fewestColumns { Environment.set("COLUMNS", to: "\(fewestColumns)") }
        guard Fob.exitCode(for: error).isSuccess else {
            if let error = Commands.unknown(CommandLine.arguments.dropFirst()) { end(error) }
            let lines = Self.message(for: error).split(separator: "\n").map(String.init)
            // What may be given stands in lines of its own.
            let details = lines.dropFirst().prefix { !$0.hasPrefix("Usage:") && !$0.hasPrefix("See ") }
            end(
                ClientError(
                    .usage, lowerFirst(lines.first ?? ""),
                    remedy: Sentences.seeHelp(Commands.named(CommandLine.arguments.dropFirst())),
                    details: details.map { $0.drop { $0 == " " }.description }))
        }
        let words = CommandLine.arguments.dropFirst()
        if words.first == "help", let error = Commands.unknown(words.dropFirst()) { end(error) }
        Output.line(HelpText.told(Fob.fullMessage(for: error)))
        Daemon.exit(0)
    }

    /// The parser's words. A negative number behind an option is to it another option.
    private static func message(for error: any Error) -> String {
        let message = Fob.message(for: error)
        let start = "Missing value for '"
        guard let option = (message.hasPrefix(start) ? message.dropFirst(start.count) : "").split(separator: " ").first,
            let place = CommandLine.arguments.firstIndex(of: String(option)),
            case let value = CommandLine.arguments[place...].dropFirst().first ?? "",
            value.hasPrefix("-"), value.dropFirst().first?.isNumber == true
        else { return message }
        return "The value '\(value)' is invalid for '\(message.dropFirst(start.count))"
    }

    private static let fewestColumns = 40

    private static func lowerFirst(_ text: String) -> String {
        var text = text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text
        if text.hasSuffix(".") { text.removeLast() }
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// Ends with an error after a result that tells of it: standard output gets no second JSON value.
    static func end(afterResult error: ClientError) -> Never {
        Output.error(error)
        Daemon.exit(error.exitStatus)
    }

    /// Ends with an error.
    static func end(_ error: ClientError) -> Never {
        if error.code == .interrupted, let signal = error.details.first.flatMap({ Int32($0) }) {
            Environment.end(by: signal)
        }
        let error = Asked.explained(error)
        Output.error(error)
        if CommandLine.arguments.contains("--json") { Output.line(JSON(error).text) }
        Daemon.exit(error.exitStatus)
    }
}

/// The words that name verbs.
enum Commands {
    /// What is wrong with the first words of a command line, where no verb is called that; nil where it is something else.
    static func unknown(_ arguments: some Sequence<String>) -> ClientError? {
        var names: [String] = []
        var verbs = verbs(of: Fob.self)
        for word in arguments where !word.hasPrefix("-") {
            guard !verbs.isEmpty else { return nil }
            guard let verb = verbs.first(where: { $0.name == word }) else {
                let near = Nearest.names(to: word, among: verbs.map(\.name))
                let remedy =
                    near.isEmpty
                    ? Sentences.seeHelp(names)
                    : Sentences.didYouMean(near.map { (["fob"] + names + [$0]).joined(separator: " ") })
                return ClientError(
                    .usage, Sentences.noSuchCommand((["fob"] + names + [Label.shown(word)]).joined(separator: " ")),
                    remedy: remedy)
            }
            names.append(word)
            verbs = verb.children
        }
        return nil
    }

    /// The verb that the first words of a command line name.
    static func named(_ arguments: some Sequence<String>) -> [String] {
        var names: [String] = []
        var verbs = verbs(of: Fob.self)
        for word in arguments where !word.hasPrefix("-") {
            guard let verb = verbs.first(where: { $0.name == word }) else { break }
            names.append(word)
            verbs = verb.children
        }
        return names
    }

    private struct Verb {
        let name: String
        let children: [Verb]
    }

    private static func verbs(of command: any ParsableCommand.Type) -> [Verb] {
        var verbs: [Verb] = []
        for child in command.configuration.subcommands where child.configuration.shouldDisplay {
            guard let name = child.configuration.commandName else { continue }
            verbs.append(Verb(name: name, children: self.verbs(of: child)))
        }
        if command == Fob.self { verbs.append(Verb(name: "help", children: [])) }
        return verbs
    }
}

extension JSON {
    /// `{"error": {...}}`, as fob(1) describes it.
    init(_ error: ClientError) { self = .object([JSON.member(error)]) }

    /// The member `error` of a result that is not whole, the same as where there is no result.
    static func member(_ error: ClientError) -> (String, JSON) {
        (
            "error",
            .object([
                ("status", .number(UInt64(error.code.rawValue))), ("message", .string(error.message)),
                ("remedy", .string(error.remedy)), ("details", .strings(error.details)),
            ])
        )
    }
}
