import Backup
import Client
import Platform
import Wire

/// Takes back what the last import or restore has added.
enum LastImport {
    static func undo(_ common: Common, dryRun: Bool, isAgreed: Bool) throws(ClientError) {
        try common.unlocked { (connection) throws(ClientError) in
            let plan: ImportUndoneReply = try connection.request(UndoImportRequest(dryRun: true))
            if !common.json { Output.note(Sentences.lastImport(plan)) }
            if !dryRun, !isAgreed, !common.json, !common.noAsk,
                try Question.confirm(Sentences.undoPrompt(plan)) == false
            {
                throw ClientError(.denied, Sentences.notUndone)
            }
            let done: ImportUndoneReply =
                dryRun ? plan : try connection.request(UndoImportRequest(dryRun: false))
            if !dryRun, done.kind == .sync { try OtherMachines.lookAgain() }
            if common.json {
                let members: [(String, JSON)] = [
                    ("done", .bool(!dryRun)), ("dry_run", .bool(dryRun)), ("source", .string(done.source)),
                    ("time", .number(done.time)), ("added", .number(done.added)), ("removed", .number(done.removed)),
                    ("kind", .string(done.kind.word)), ("back", .number(done.back)), ("kept", .number(done.kept)),
                    ("weakened", .strings(done.weakened)),
                ]
                Output.json(members)
            } else if !dryRun {
                Output.note(Sentences.undone(done))
            }
        }
    }
}
