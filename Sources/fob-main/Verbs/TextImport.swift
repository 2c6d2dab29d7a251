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
    /// What of the source was not read, with which the command ends when all else came in.
    var notLookedAt: ClientError?
    let common: Common

    /// Imports them as `fob import` does a file of them.
    func run(text: consuming LockedBuffer) throws(ClientError) {
        var task = Import(common)
        (task.isDryRun, task.isAgreed, task.skipsBad, task.tags) = (dryRun, isAgreed, skipBad, tag)
        task.notLookedAt = notLookedAt
        try task.run([LockedFile(text, name: "")])
    }
}
