import Model
import Vault
import Wire

// RESTORE_ACCESS, RESTORE_KEEP: whom a machine without a vault trusts when it takes one from a file.
extension Agent {
    func restoreAccess(_: RestoreAccessRequest, _ call: Call) throws(Refusal) {
        guard let opened = call.connection.restore?.opened else { throw .notOpened }
        if opened.ours != nil { _ = try use() }
        let file = opened.file
        var reply = RestoreAccessReply()
        switch file.origin {
        case .unsigned: reply.origin = .unsigned
        case .foreign: reply.origin = .foreign
        case .former(let ended): (reply.origin, reply.ended) = (.former, ended)
        case .successor: reply.origin = .successor
        case .current: reply.origin = .current
        }
        // Where there is no vault, what has opened the file can vouch for its signature.
        if opened.ours == nil || opened.merge == .join, file.origin == .foreign,
            opened.owners.contains(where: file.contents.isSigned)
        {
            reply.origin = .successor
        }
        if file.manifest != nil {
            reply.fingerprint = Digest(file.contents.fingerprint)
            reply.former = file.contents.formerFingerprints.map { Digest($0) }
        }
        reply.earlier = (file.manifest?.earlier ?? []).map { EarlierBackup(time: $0.time, sequence: $0.sequence) }
        do throws(VaultError) {
            for way in file.contents.unlockMethods.prefix(Limits.unlockMethods) {
                reply.methods.append(RestoredMethod(Wire.UnlockMethod(way), try access(of: way, in: opened)))
            }
        } catch { throw Refusal(error) }
        server.send(reply, to: call)
    }

    private func access(of way: Vault.UnlockMethod, in opened: Restore.Opened) throws(VaultError) -> RestoredAccess {
        guard let opener = opened.opener else { return .unknown }
        if way.recipient != opener, opened.kin.contains(way.id) { return .vouched }
        return switch try opened.file.contents.standing(of: way, openedBy: opener, opened.owners.first) {
        case .opener: .opener
        case .vouched: .vouched
        case .claimed: .claimed
        case .unknown: .unknown
        }
    }

    func restoreKeep(_ request: RestoreKeepRequest, _ call: Call) throws(Refusal) {
        guard let restore = call.connection.restore, !restore.isBusy, let opened = restore.opened else {
            throw .notOpened
        }
        guard opened.ours == nil || opened.merge == .join else {
            throw Refusal(
                .usage, "the unlock methods of the vault here stay as they are", "change them with 'fob access'")
        }
        let known = Set(opened.file.contents.unlockMethods.map(\.id))
        guard known.isSuperset(of: request.methods) else { throw Refusal(VaultError.noUnlockMethod) }
        restore.kept = Set(request.methods)
        server.send(OKReply(), to: call)
    }
}
