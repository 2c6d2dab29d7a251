import Client
import Platform
import Wire

/// The import of URIs, one on a line, that were read elsewhere and are in locked memory already.
struct TextImport {
    let tag: [String]
    let dryRun: Bool
    let skipBad: Bool
    let common: Common

    /// Imports them as `fob import` does a file of them.
    func run(text: consuming LockedBuffer) throws(ClientError) {
        var task = Import(common)
        (task.isDryRun, task.skipsBad, task.tags) = (dryRun, skipBad, tag)
        try task.run([LockedFile(text, name: "")])
    }
}
