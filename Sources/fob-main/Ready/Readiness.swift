import Age
import Backup
import Client
import Platform
import Recovery
import Vault
import Wire

/// What opens the vault, and where it is: all that the report is computed from.
struct Readiness {
    /// What opens a copy.
    private(set) var openers: [Means] = []
    /// The vault here, and a backup at each place.
    private(set) var copies: [Means] = []
    private var places: [String] = []
    /// How many keepers may be lost, and how many there are; nil without any.
    private var keepers: (spare: Int, count: Int)?
    /// Each place has what the stock age program needs there.
    private var worksWithoutFob = false
    /// When the stock age program has opened a backup by a code of the kit; 0 for never.
    private var provenWithoutFob: UInt64 = 0

    /// - Parameters:
    ///   - access: the unlock methods of the vault that is open.
    ///   - keepers: who has shares of one of them.
    init(_ access: AccessReply, _ keepers: KeepersReply, at utc: UInt64) throws(ClientError) {
        let local = try LocalBackups()
        let drill: Drill
        do throws(DirectoryError) { drill = try Drill.load(from: local.notes, at: utc) } catch {
            throw ClientError(error)
        }
        let set = KeeperWay(keepers, plusCode: drill.passedByKeys[keepers.set.description] ?? 0, at: utc)
        addOpeners(access, drill, set, at: utc)
        self.keepers = set.map { ($0.spare, $0.count) }
        copies.append(
            Means(name: tr("the vault on this machine"), standing: .works(utc), lostWith: [.machine]))
        let salt = Self.salt("vault.age")
        let names = try local.names()
        var keys = 0
        for entry in try BackupConfiguration().entries {
            let upload = Upload(entry, local, at: utc)
            let state = try upload.noted()
            let waiting = Upload.notUploaded(names, state)
            let health = state.health(notUploaded: waiting, at: utc)
            let verified = state.newest.flatMap { state.files[$0]?.verified } ?? 0
            let standing: Standing
            var advice = ""
            let glance = upload.glance(state)
            let isGone = glance.newest == .gone
            switch isGone ? .failing : health {
            case .verified: standing = .works(verified)
            case .uploaded: (standing, advice) = (.untried, Sentences.verifyPlaces)
            case .failing, .stale:
                // What is there is older than it should be, but was good.
                standing =
                    verified > 0 && state.vanished.isEmpty && !isGone ? .works(verified) : .needs
                advice = Sentences.seeDoctor
            }
            if state.key != nil, glance.hasKey { keys += 1 }
            places.append(entry.name)
            // Where a disk is not mounted, its folder is one of another disk.
            let loss = glance.newest == .away ? GoesWithMachine() : GoesWithMachine(entry.kind)
            copies.append(
                Means(
                    name: tr("the backup at \(Label.shown(entry.name))"), standing: standing,
                    advice: loss.backups && advice.isEmpty ? Sentences.readyElsewhere : advice,
                    lostWith: loss.backups ? [.place, .machine] : [.place], place: entry.name,
                    sealed: state.newest.map { ($0.utc, waiting) },
                    hasPassphrase: state.newest.flatMap { Self.salt("sealed/\($0)") }.map { $0 == salt },
                    isReadHere: loss.passwords, seen: glance.newest))
        }
        worksWithoutFob = keys > 0
        // Where all that there is goes with the machine, another place would be a way.
        if copies.allSatisfy({ $0.lostWith.contains(.machine) }) {
            copies.append(
                Means(
                    name: tr("a backup elsewhere"), standing: .needs, advice: Sentences.addDestination,
                    lostWith: [.place]))
        }
    }

    /// What a passphrase is stretched with for a file of this machine's, which is another one for each passphrase.
    private static func salt(_ file: String) -> String? {
        guard let home = Paths.data, let bytes = try? SealedFile.read("\(home)/\(file)"),
            let header = try? AgeHeader(parsing: bytes.span)
        else { return nil }
        return header.stanzas.first { $0.type == PassphraseDerivation.stanzaType }?.arguments.first
    }

    private mutating func addOpeners(
        _ access: AccessReply, _ drill: Drill, _ keepers: KeeperWay?, at utc: UInt64
    ) {
        // What begins in the future was begun by a clock that was wrong.
        func since(_ moment: UInt64) -> UInt64 { moment <= utc ? moment : 0 }
        if let way = access.ways.first(where: { $0.kind == .passphrase }) {
            openers.append(
                Means(
                    name: tr("the passphrase"), standing: .works(drill.passed), lostWith: [.passphrase],
                    since: since(way.created)))
        }
        let isOnPaper = access.kitSet == access.set
        let set = Drills.lastSet(in: access)
        let typed = drill.passed(byCodeOf: set)
        provenWithoutFob = access.left > 0 && isOnPaper ? drill.passedByAge(withCodeOf: set) : 0
        let code: Standing = access.left == 0 ? .needs : isOnPaper && typed > 0 ? .works(typed) : .untried
        openers.append(
            Means(
                name: tr("a code of the emergency kit"), standing: code,
                advice: access.left == 0 ? Sentences.readyMakeKit : code == .untried ? Sentences.tryKit : "",
                lostWith: [.kit], since: since(access.madeAt)))
        if let keepers { openers.append(keepers.means) }
        for way in access.ways where way.kind == .hardware {
            let used = drill.passedByKeys[way.id.description] ?? 0
            openers.append(
                Means(
                    name: Sentences.hardwareKey(Label.shown(way.label)), standing: used > 0 ? .works(used) : .untried,
                    advice: used > 0 ? "" : Sentences.trySecurityKey, lostWith: [.securityKeys],
                    since: since(way.created)))
        }
        for way in access.ways where way.kind == .recipient && way.label != keepers?.label {
            // Where its identity is kept, nobody but the owner knows; a machine's own goes with the machine.
            let used = drill.passedByKeys[way.id.description] ?? 0
            openers.append(
                Means(
                    name: tr("the identity '\(Label.shown(way.label))'"), standing: used > 0 ? .works(used) : .untried,
                    advice: used > 0 ? "" : tr("see whether it opens a backup: fob rehearse --identity FILE"),
                    lostWith: MachineLabel.isOne(way.label) ? [.machine] : [], since: since(way.created)))
        }
    }

    /// What is asked about.
    var losses: [Loss] {
        var losses = [
            Loss(kinds: [.machine], name: tr("this machine"), word: "machine"),
            Loss(kinds: [.passphrase], name: tr("the passphrase"), word: "passphrase"),
            Loss(
                kinds: [.machine, .passphrase], name: Sentences.loseMachineAndPassphrase, word: "machine-passphrase"),
            Loss(kinds: [.kit], name: tr("the emergency kit"), word: "kit"),
            Loss(kinds: [.machine, .kit], name: tr("this machine and the emergency kit"), word: "machine-kit"),
        ]
        for place in places {
            losses.append(
                Loss(
                    kinds: [], places: [place], name: Sentences.losePlace(Label.shown(place)), word: "place:\(place)"))
        }
        if let keepers {
            if keepers.spare > 0 {
                losses.append(
                    Loss(kinds: [], name: Sentences.loseKeepers(keepers.spare, of: keepers.count), word: "keeper"))
            }
            losses.append(
                Loss(
                    kinds: [.keepers], name: Sentences.loseKeepers(keepers.spare + 1, of: keepers.count),
                    word: "keepers"))
            losses.append(
                Loss(
                    kinds: [.machine, .passphrase, .kit], name: Sentences.loseAllButKeepers,
                    word: "machine-passphrase-kit"))
        }
        if openers.contains(where: { $0.needs == .plusCode }) {
            losses.append(Loss(kinds: [.plusCode], name: tr("the plus-code of the keepers"), word: "plus-code"))
        }
        if openers.contains(where: { $0.lostWith == [.securityKeys] }) {
            losses.append(Loss(kinds: [.securityKeys], name: tr("all hardware security keys"), word: "security-keys"))
        }
        losses.append(Loss(kinds: [.fob], name: tr("fob itself"), word: "fob"))
        return losses
    }

    /// The ways back after a loss, the surest first.
    func ways(after loss: Loss) -> [WayBack] {
        if loss.kinds.contains(.fob) { return waysWithoutFob(loss) }
        return Self.sorted(
            openers.flatMap { opener in copies.map { WayBack(opener, $0, after: loss) } })
    }

    /// Stock age opens what lies at the places: with the recovery key there and the passphrase, or with a code.
    private func waysWithoutFob(_ loss: Loss) -> [WayBack] {
        // Keepers and security keys speak what only fob does.
        let stock = openers.filter { $0.lostWith != [.keepers] && $0.lostWith != [.securityKeys] }.map { opener in
            if opener.lostWith == [.kit], provenWithoutFob > 0 {
                return Means(
                    name: Sentences.byStockAge(opener.name), standing: .works(provenWithoutFob),
                    lostWith: opener.lostWith, since: opener.since)
            }
            return Means(
                name: Sentences.byStockAge(opener.name),
                standing: worksWithoutFob || opener.lostWith != [.passphrase] ? opener.standing.and(.untried) : .needs,
                advice: !worksWithoutFob
                    ? (places.isEmpty ? Sentences.addDestination : Sentences.runBackup)
                    : opener.lostWith == [.kit] ? Sentences.rehearseAge : Sentences.tryWithoutFob,
                lostWith: opener.lostWith, since: opener.since)
        }
        return Self.sorted(
            stock.flatMap { opener in
                copies.filter { $0.lostWith.contains(.place) }.map { WayBack(opener, $0, after: loss) }
            })
    }

    private static func sorted(_ ways: [WayBack]) -> [WayBack] {
        func rank(_ way: WayBack) -> Int {
            switch way.standing {
            case .works: 0
            case .untried: 1
            case .needs: 2
            case .lost: 3
            }
        }
        return ways.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }
}
