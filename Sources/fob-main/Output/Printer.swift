import Client
import Platform
import Wire

/// The program that prints, lp. The text goes through its standard input.
struct Printer {
    private let program: String

    /// Finds it.
    static func find() throws(ClientError) -> Printer {
        guard let program = Programs.path(of: "lp") else {
            throw ClientError(.configuration, tr("there is no program lp to print with"), remedy: Sentences.usePage)
        }
        return Printer(program: program)
    }

    /// Prints a text.
    func print(_ text: Span<UInt8>) throws(ClientError) {
        let environment = Child.environment(keeping: [
            "HOME", "PATH", "LANG", "PRINTER", "LPDEST", "CUPS_SERVER", "XDG_RUNTIME_DIR",
        ])
        let status: Int32
        do throws(SystemError) {
            let child = try Child.start(program, [], environment: environment, input: .connected, errors: .inherited)
            try child.send(text)
            status = child.wait()
        } catch {
            throw ClientError(.system, Sentences.printFailed(error.told), remedy: Sentences.usePage)
        }
        guard status == 0 else {
            throw ClientError(.system, Sentences.printFailed("status \(status)"), remedy: Sentences.usePage)
        }
    }
}
