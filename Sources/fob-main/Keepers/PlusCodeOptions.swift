import ArgumentParser
import Client
import Platform
import Recovery
import Vault
import Wire

/// Where the plus-code of a set comes from.
struct PlusCodeOptions: ParsableArguments {
    @Option(name: .customLong("plus-code-fd"), help: Help.plusCodeDescriptor) var descriptor: Int32?

    /// The key that the answers make, with the plus-code where the set has one.
    func identity(
        _ attempt: RecoveryAttempt, _ set: KeeperSet, _ failures: [AnswerFailure], _ common: Common
    ) throws(ClientError) -> LockedBuffer {
        guard !set.plus.isEmpty, attempt.isComplete, descriptor != nil || !common.noAsk else {
            do throws(ShareError) { return try attempt.identityText() } catch {
                throw ClientError(error, after: failures)
            }
        }
        var text = try ClientError.locked(1)
        try ask(common) { (code) throws(ClientError) in
            do throws(ShareError) { text = try attempt.identityText(plusCode: code) } catch { throw ClientError(error) }
        }
        return text
    }

    /// Lends the code; a person who mistypes is asked again.
    func ask(_ common: Common, _ body: (Span<UInt8>) throws(ClientError) -> Void) throws(ClientError) {
        try Owner.code(common, descriptor, prompt: tr("Plus-code (not shown): "), Sentences.plusCodeExplanation) {
            (code) throws(ClientError) in
            try code.withBytes { (bytes: Span<UInt8>) throws(ClientError) in try body(bytes) }
        }
    }

    /// Shows a new one, this once.
    static func show(_ code: borrowing KitCode, _ common: Common) throws(ClientError) {
        var text = try ClientError.locked(KitCode.textCount)
        text.append { output in code.appendText(to: &output) }
        Output.note(Sentences.writePlusCode)
        Output.keepsSecret()
        if common.json { Output.write("{\"plus_code\":\"") }
        Output.write(text.bytes)
        Output.write(common.json ? "\"}\n" : "\n")
    }
}
