import ArgumentParser
import Client
import Platform
import Wire

/// `fob scan`.
struct ScanVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: Help.scan, discussion: Help.scanDiscussion)

    @Argument(help: Help.pictures, completion: .file()) var files: [String] = []
    @Flag(name: .long, help: .init(tr("Take a picture of the screen."))) var screen = false
    @Flag(name: .long, help: .init(tr("Take pictures with the camera until one shows a code."))) var camera = false
    @Flag(name: .long, help: Help.clipboard) var clipboard = false
    @Flag(name: .customLong("dry-run"), help: Help.dryRun) var dryRun = false
    @Flag(name: .long, help: Help.importYes) var yes = false
    @Flag(name: .customLong("skip-bad"), help: Help.skipBad) var skipBad = false
    @Option(name: .long, help: Help.tag) var tag: [String] = []
    #if FOB_TESTING
    @Option(name: .customLong("test-patience"), help: .hidden) var testPatience: UInt64?
    #else
    private var testPatience: UInt64? { nil }
    #endif
    @OptionGroup var common: Common

    func run() throws {
        var scan = try PictureScan(patience: testPatience, isQuiet: common.json)
        try scan.add(files)
        if screen { try scan.addScreen() }
        if clipboard { try scan.addClipboard() }
        if camera { try scan.addCamera() }
        let task = TextImport(
            tag: tag, dryRun: dryRun, isAgreed: yes, skipBad: skipBad, notLookedAt: scan.notLookedAt, common: common)
        try task.run(text: scan.found.text)
    }

    func validate() throws {
        guard !files.isEmpty || screen || camera || clipboard else {
            throw ValidationError(tr("Name pictures, or give --screen, --clipboard or --camera."))
        }
    }
}
