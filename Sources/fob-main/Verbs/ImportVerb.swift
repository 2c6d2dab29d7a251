import ArgumentParser
import Client
import Platform
import Wire

/// `fob import`.
struct ImportVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: Help.importing, discussion: Help.importDiscussion)

    @Argument(help: Help.importFiles, completion: .file()) var files: [String] = []
    @Option(name: .long, help: Help.from) var from: String?
    @Flag(name: .customLong("dry-run"), help: Help.dryRun) var dryRun = false
    @Flag(name: .long, help: Help.importYes) var yes = false
    @Flag(name: .customLong("skip-bad"), help: Help.skipBad) var skipBad = false
    @Option(name: .customLong("password-fd"), help: Help.filePasswordDescriptor) var passwordDescriptor: Int32?
    @Option(name: .customLong("key-file"), help: Help.keyFile, completion: .file()) var keyFile: String?
    @Option(name: .long, help: Help.tag) var tag: [String] = []
    @Flag(name: .long, help: .init(tr("Move what the last import added to the trash."))) var undo = false
    @OptionGroup var common: Common

    func run() throws {
        if undo { return try undoImport() }
        guard !files.isEmpty else {
            throw ClientError(.usage, tr("there is no file to import"), remedy: Sentences.nameImportFile)
        }
        var task = Import(common)
        let sources = try ImportSources(files, key: keyFile)
        (task.format, task.isDryRun, task.isAgreed) = (from ?? "", dryRun, yes)
        (task.skipsBad, task.tags, task.passwordDescriptor) = (skipBad, tag, passwordDescriptor)
        try task.run(sources.sources)
    }

    private func undoImport() throws(ClientError) {
        guard files.isEmpty, from == nil, tag.isEmpty, !skipBad, passwordDescriptor == nil, keyFile == nil else {
            throw ClientError(.usage, Sentences.undoWithFiles, remedy: tr("run fob import --undo"))
        }
        try LastImport.undo(common, dryRun: dryRun, isAgreed: yes)
    }
}
