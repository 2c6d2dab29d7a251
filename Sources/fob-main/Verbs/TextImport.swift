import Client
import Platform
import Wire

/// The import of URIs, one on a line, that were read elsewhere and are in locked memory already.
struct TextImport {
    let tag: [String]
    let dryRun: Bool
    /// Without a question.
    let isAgreed: Bool
    let skipBad: Bool
    let common: Common

    /// Imports them as `fob import` does a file of them.
    func run(text: consuming LockedBuffer) throws(ClientError) {
        var task = Import(common)
        (task.isDryRun, task.isAgreed, task.skipsBad, task.tags) = (dryRun, isAgreed, skipBad, tag)
        try task.run([LockedFile(text, name: "")])
    }
}
