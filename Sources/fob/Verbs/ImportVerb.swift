import ArgumentParser
import Client
import OneTimePassword
import Platform
import Wire

/// `fob import`.
struct ImportVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: Help.importing, discussion: Help.importDiscussion)

    @Argument(help: Help.importFile, completion: .file()) var file: String
    @Flag(name: .customLong("dry-run"), help: Help.dryRun) var dryRun = false
    @Flag(name: .customLong("skip-bad"), help: Help.skipBad) var skipBad = false
    @Option(name: .long, help: Help.tag) var tag: [String] = []
    @OptionGroup var common: Common

    func run() throws {
        try TextImport(tag: tag, dryRun: dryRun, skipBad: skipBad, common: common).run(SecretLines(open()))
    }

    private func open() throws(ClientError) -> FileDescriptor {
        if file == "-" { return FileDescriptor(owning: 0) }
        do throws(SystemError) {
            return try FileDescriptor.reading(file)
        } catch {
            let code: ErrorCode = error.isMissing ? .inputMissing : error.isPermission ? .permission : .system
            throw ClientError(code, "\(file): \(error.reason)", remedy: Sentences.checkPath)
        }
    }
}
