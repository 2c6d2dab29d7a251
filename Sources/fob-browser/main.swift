import Browser
import Client
import Platform
import Wire

/// What a browser starts for each request of the extension (native messaging): it reads one message, asks the agent, writes one
/// answer and ends. It gives up everything but its connection before it reads.
enum Host {
    static let usage = """
        usage: fob-browser ORIGIN | MANIFEST EXTENSION
               fob-browser --help | --version

        Browsers run it; see fob-browser(1).

        """
    /// The extension's ids, as Chromium and Firefox tell them; the manifest files name the same.
    static let extensions = ["chrome-extension://bbnonmijlodhionhognkgehlkpiohnln/", "fob@fob.invalid"]
    /// Address space: the list of public suffixes is there, a message and what is read of it are not.
    static let memory = 256 << 20
    static let processorSeconds: UInt32 = 20

    static func run() -> Int32 {
        var command = Command("fob-browser", usage: usage)
        var arguments: [String] = []
        var mechanisms = Sandbox.Mechanisms.all
        var escape: Sandbox.Escape?
        while let option = command.next() {
            #if FOB_TESTING
            switch option {
            case "--test-escape": escape = command.value().flatMap { Sandbox.Escape(rawValue: $0) }
            case "--test-landlock-only": mechanisms = .landlock
            default: arguments.append(option)
            }
            #else
            arguments.append(option)
            #endif
        }
        guard arguments.contains(where: extensions.contains) || escape != nil else {
            command.refuse("a browser runs this, for its own extension")
        }
        var connection: Connection?
        var failure = ClientError(.noAgent, "")
        // What is in it goes to a browser, which locks none: without memory that can be locked it works all the same.
        try? Memory.prepare(allowUnlocked: true)
        do throws(ClientError) { connection = try Connection.open() } catch { failure = error }
        let suffixes = PublicSuffixes()
        let browser = KeyRequester(processID: UInt32(clamping: Environment.parent))
        do throws(SystemError) {
            let held = try Sandbox.enter(memory: memory, processorSeconds: processorSeconds, wanted: mechanisms)
            if let escape { command.answer(escape.report(under: held)) }
        } catch {
            command.fail(
                "no sandbox: \(error.call): \(error.reason)", "no message is read without one", status: noSandbox)
        }
        let input = FileDescriptor(owning: 0)
        do throws(HostError) {
            guard let message = try HostMessage.read(from: input) else { return 0 }
            guard let suffixes else { throw HostError(.system, "the list of public suffixes cannot be read") }
            let request = try HostRequest(
                message.span, requester: browser, isPublicSuffix: suffixes.contains)
            guard connection != nil else { throw HostError(failure.code, failure.message) }
            try HostSession.answer(request, over: &connection, while: input)
        } catch {
            HostMessage.write { () throws(MemoryError) in try HostAnswer.failure(error.code, error.text) }
        }
        return 0
    }

    /// No message was read, on a system without seccomp.
    static let noSandbox: Int32 = 71
}

Hardening.apply()
Hardening.fillStandardDescriptors()
Hardening.closeInherited()
Daemon.exit(Host.run())
