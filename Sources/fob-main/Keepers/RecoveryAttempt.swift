import Age
import Client
import Platform
import Recovery
import Wire

/// A recovery by keepers that may take some days: what the header of a backup tells, and the session that was begun, which
/// lies in a file of the vault's directory until it is over.
final class RecoveryAttempt {
    private let path: String
    private var session: RecoverySession

    /// The sets of keepers of a backup.
    static func sets(of sealed: Span<UInt8>) throws(ClientError) -> [KeeperSet] {
        let header: AgeHeader
        do throws(AgeError) { header = try AgeHeader(parsing: sealed) } catch {
            throw ClientError(.badInput, Sentences.notSealed, remedy: Sentences.otherBackup)
        }
        do throws(ShareError) { return try KeeperSet.sets(in: header.stanzas) } catch { throw ClientError(error) }
    }

    /// The set with that id, or the first one, of the newest backup of a place that has it.
    static func find(
        _ id: Identifier?, in place: any RestorePlace, pick: Int? = nil
    ) throws(ClientError) -> KeeperSet? {
        let files = try place.list()
        for (index, file) in files.enumerated().prefix(mostLookedAt) where pick.map({ $0 - 1 == index }) ?? true {
            guard let bytes = try? place.read(file), let sets = try? sets(of: bytes.span) else { continue }
            if let set = sets.first(where: { id == nil || $0.id == id }) { return set }
        }
        return nil
    }

    private static let mostLookedAt = 64

    /// Where the session for a set is kept.
    private static func path(_ name: String) throws(ClientError) -> String {
        guard let home = Paths.data else { throw ClientError(.configuration, Sentences.noHome) }
        return "\(home)/\(name).session"
    }

    private init(_ path: String, _ session: consuming RecoverySession) {
        self.path = path
        self.session = session
    }

    /// Begins a session.
    static func beginning(_ set: KeeperSet, _ name: String) throws(ClientError) -> RecoveryAttempt {
        let path = try path(name)
        let attempt = RecoveryAttempt(path, try begin(set))
        try attempt.save()
        return attempt
    }

    private func save() throws(ClientError) {
        let saved = try savedSession()
        try OutputFile(path, overwrites: true).finish(saved.bytes)
    }

    private func savedSession() throws(ClientError) -> LockedBuffer {
        do throws(ShareError) { return try session.saved() } catch { throw ClientError(error) }
    }

    /// Goes on with the session of a set; nil where there is none.
    static func going(on set: KeeperSet, _ name: String) throws(ClientError) -> RecoveryAttempt? {
        let path = try path(name)
        guard NewFile.isTaken(path) else { return nil }
        let saved = try OpenFile(path).text(limit: 511)
        guard RecoverySession.set(ofSaved: saved.bytes) == set.id else { return nil }
        return RecoveryAttempt(path, try session(set, saved))
    }

    private static func session(
        _ set: KeeperSet, _ saved: borrowing LockedBuffer
    ) throws(ClientError) -> RecoverySession {
        do throws(ShareError) { return try RecoverySession(set, saved: saved.bytes) } catch { throw ClientError(error) }
    }

    private static func begin(_ set: KeeperSet) throws(ClientError) -> RecoverySession {
        do throws(ShareError) { return try RecoverySession(set) } catch { throw ClientError(error) }
    }

    /// Takes the answers of files; what is wrong with those that are of no use.
    ///
    /// - Parameter taken: told the number of each keeper whose share has come.
    func take(
        _ files: [String], _ taken: (Int) throws(ClientError) -> Void = { _ in }
    ) throws(ClientError) -> [AnswerFailure] {
        var failures: [AnswerFailure] = []
        for file in files {
            let lines = try ExchangeInput.lines(file, beginning: "fob-answer:")
            if lines.isEmpty { Output.note(Sentences.warning(Sentences.noAnswer(Label.shown(file)))) }
            for line in lines {
                switch accept(line) {
                case .success(let accepted):
                    Output.note(tr("keeper \(accepted.keeper) has answered"))
                    if accepted.isLowFriction { Output.note(Sentences.warning(Sentences.answeredWeakly)) }
                    if accepted.isLate { Output.note(Sentences.warning(Sentences.answeredLate)) }
                    try taken(accepted.keeper)
                case .failure(let failure):
                    failures.append(failure)
                    Output.note(Sentences.warning(failure.sentence))
                }
            }
        }
        return failures
    }

    /// Takes one answer.
    func accept(_ line: String) -> Result<RecoverySession.Accepted, AnswerFailure> {
        do throws(AnswerFailure) { return .success(try session.accept(line, now: Clock.utc)) } catch {
            return .failure(error)
        }
    }

    /// What to ask a keeper.
    func request(to keeper: KeeperSet.Keeper) -> RecoveryRequest { session.request(to: keeper) }

    /// Lends the share that came last.
    func withLastShare(_ use: (Span<UInt8>) throws(ClientError) -> Void) throws(ClientError) {
        try session.withLastShare(use)
    }

    /// Whether so many keepers have answered as must.
    var isComplete: Bool { session.missing == 0 }

    /// The key that opens the backup, as age writes it.
    func identityText(plusCode code: Span<UInt8> = Span()) throws(ShareError) -> LockedBuffer {
        let identity = try session.identity(plusCode: code)
        var text = try locked(X25519Identity.textCount)
        text.append { output in identity.appendText(to: &output) }
        return text
    }

    /// Refuses what is not the plus-code of the set.
    func check(plusCode code: Span<UInt8>) throws(ClientError) {
        let isRight: Bool
        do throws(ShareError) { isRight = try session.isPlusCode(code) } catch { throw ClientError(error) }
        guard isRight else { throw ClientError(.wrongPlusCode) }
    }

    private func locked(_ capacity: Int) throws(ShareError) -> LockedBuffer {
        do throws(MemoryError) { return try LockedBuffer(capacity: capacity) } catch { throw .memory(error) }
    }

    /// Forgets a session that nothing will come of, if there is one.
    static func forget(_ name: String) { if let path = try? path(name) { FileDescriptor.remove(path) } }

    /// Forgets the session.
    func end() { FileDescriptor.remove(path) }
}
