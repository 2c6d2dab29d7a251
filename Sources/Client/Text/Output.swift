#if hasFeature(Embedded)
import CLinux
#else
import Platform
import Wire
#endif

/// The standard streams.
package enum Output {
    /// Writes one line of results.
    package static func line(_ text: String) { write(text + "\n") }

    /// Writes results. A closed pipe ends the process by SIGPIPE, as it ends every other tool.
    package static func write(_ text: String) {
        #if !hasFeature(Embedded)
        if Terminal.isTerminal(1), let bytes = Characters.encoded(text) { return write(bytes.span) }
        #endif
        write(text.utf8.span)
    }

    /// Writes bytes of results.
    package static func write(_ bytes: Span<UInt8>) {
        aside()
        let output = FileDescriptor(owning: 1)
        do throws(SystemError) {
            try output.writeAll(bytes)
        } catch {
            Output.error(ClientError(.notSaved, Sentences.outputFailed(error.told)))
            Daemon.exit(ErrorCode.notSaved.exitStatus)
        }
        _ = output.release()
    }

    /// Called before a secret goes to standard output: a file that a shell has made is for nobody but its owner.
    package static func keepsSecret() {
        if FileDescriptor.restrictStandardOutput() { note(Sentences.outputRestricted) }
    }

    /// Writes a line about what goes on, for people.
    package static func note(_ text: String) { sentence("fob: \(text)") }

    /// The same where somebody may read it while it is so: on a terminal.
    package static func noteOnTerminal(_ text: String) {
        #if hasFeature(Embedded)
        guard isatty(2) == 1 else { return }
        #else
        guard Terminal.isTerminal(2) else { return }
        #endif
        note(text)
    }

    /// Writes such a line, and bytes behind it that may be secret.
    package static func note(_ text: String, _ bytes: Span<UInt8>) {
        standardError("fob: \(text)")
        let output = FileDescriptor(owning: 2)
        try? output.writeAll(bytes)
        _ = output.release()
        standardError("\n")
    }

    /// Writes what can be done about something.
    package static func hint(_ text: String) { sentence(tr("hint: \(text)")) }

    private static func sentence(_ text: String) {
        #if hasFeature(Embedded)
        standardError(text + "\n")
        #else
        standardError(Wrapped.forPeople(text) + "\n")
        #endif
    }

    /// Writes an error: what, the details that go with it, what to do.
    package static func error(_ error: ClientError) {
        note(Label.shown(error.message))
        for detail in error.details { standardError("  \(Label.shown(detail))\n") }
        if !error.remedy.isEmpty { hint(Label.shown(error.remedy)) }
    }

    /// What says that something takes long makes room.
    private static func aside() {
        #if !hasFeature(Embedded)
        ProgressLine.erase()
        #endif
    }

    private static func standardError(_ text: String) {
        aside()
        let output = FileDescriptor(owning: 2)
        #if hasFeature(Embedded)
        try? output.writeAll(text.utf8.span)
        #else
        if Terminal.isTerminal(2), let bytes = Characters.encoded(text) {
            try? output.writeAll(bytes.span)
        } else {
            try? output.writeAll(text.utf8.span)
        }
        #endif
        _ = output.release()
    }
}
