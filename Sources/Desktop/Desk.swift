package import Client
import Platform
package import Wire

/// What the window has of the agent: how it stands, kept up to date by events, and what is asked of it. Nothing is asked
/// again and again, and no secret comes in: of secrets there is only a code that somebody has chosen.
package final class Desk {
    package var standing = Standing()
    private let link = AgentLink()
    /// What is being answered was asked before the last change.
    private var isOutdated = false
    private var codeLinks: [Identifier: AgentLink] = [:]
    /// What is asked for when the look at the same account's code, which is under way, has ended.
    private var afterLooks: [Identifier: (() -> Void)?] = [:]
    private let watch: (Int32, @escaping () -> Bool) -> Void
    /// Something that is shown has changed.
    package var onChange: () -> Void = {}
    /// Something was refused, or did not work.
    package var onError: (ClientError) -> Void = { _ in }
    /// A question has come.
    package var onQuestion: (Challenge) -> Void = { _ in }
    /// The backups of another place were reported on.
    package var onBackup: () -> Void = {}

    /// - Parameter watch: calls what it is given whenever the descriptor can be read, for as long as that returns true.
    package init(watch: @escaping (Int32, @escaping () -> Bool) -> Void) { self.watch = watch }

    /// Connects.
    package func open(starting: Bool) {
        do throws(ClientError) { try link.open(starting: starting) } catch {
            standing.fail(error)
            return onChange()
        }
        link.onEvent = { [unowned self] event in take(event) }
        guard let descriptor = link.descriptor else { return }
        watch(descriptor) { [weak self] in
            guard let self, link.descriptor == descriptor else { return false }
            link.goOn()
            if isOutdated, !link.isBusy {
                isOutdated = false
                refresh()
            }
            return link.isOpen
        }
        link.ask(
            SubscribeRequest([.locked, .unlocked, .changed, .challenge, .challengeEnded, .backupHealth])
        ) { [unowned self] in if case .failure(let error) = $0 { onError(error) } }
        refresh()
    }

    private func take(_ event: AgentEvent?) {
        guard let event else {
            for link in codeLinks.values { link.close() }
            (codeLinks, afterLooks) = ([:], [:])
            standing.lose()
            return onChange()
        }
        standing.take(event)
        switch event {
        // Of many changes one after the other, the last is looked at.
        case .unlocked, .changed: if link.isBusy { isOutdated = true } else { refresh() }
        case .challenge(let challenge): onQuestion(challenge)
        // Its answer may be remembered.
        case .challengeEnded: askGrants()
        case .backupHealth: onBackup()
        case .locked, .backupDue, .number: break
        }
        onChange()
    }

    // MARK: - What stands

    /// Asks how it stands, and for what an open vault has.
    package func refresh() {
        link.ask(StatusRequest()) { [unowned self] reply in
            guard case .success(let status) = reply else { return }
            standing.take(status)
            if status.vault == .unlocked {
                listAccounts()
                askRest()
            }
            onChange()
        }
        link.ask(ChallengesRequest()) { [unowned self] in
            guard case .success(let reply) = $0 else { return }
            let known = Set(standing.questions.map(\.id))
            standing.take(reply.challenges)
            for challenge in reply.challenges where !known.contains(challenge.id) { onQuestion(challenge) }
            onChange()
        }
        keep(BackupStateRequest()) { $0.take($1) }
    }

    private func askRest() {
        keep(AccessRequest()) { $0.access = $1 }
        keep(RecoveryListRequest()) { $0.recoverySets = $1.sets }
        keep(KeyListRequest()) { $0.keys = $1.keys }
        keep(SettingsRequest()) { $0.settings = $1.settings }
        askGrants()
    }

    package func askGrants() {
        keep(GrantsRequest()) { $0.grants = $1.grants }
        keep(MutesRequest()) { $0.mutes = $1.mutes }
    }

    private func keep<R: Request>(_ message: R, _ put: @escaping (inout Standing, R.Reply) -> Void)
    where R.Reply: Message {
        link.ask(message) { [unowned self] reply in
            guard case .success(let reply) = reply else { return }
            put(&standing, reply)
            onChange()
        }
    }

    /// LIST, page after page; from the first one again when the vault has changed meanwhile.
    private func listAccounts(_ before: [Account] = [], revision: UInt64 = 0, start: UInt32 = 0) {
        link.ask(ListRequest(start: start)) { [unowned self] reply in
            guard case .success(let page) = reply else { return }
            if start > 0, page.revision != revision { return listAccounts() }
            let accounts = before + page.accounts
            if page.next != 0 { return listAccounts(accounts, revision: page.revision, start: page.next) }
            standing.take(accounts)
            onChange()
        }
    }

    // MARK: - What is asked for

    /// Has something done; `then` is called when it was.
    package func ask<R: Request>(_ message: R, then: @escaping (R.Reply) -> Void = { _ in })
    where R.Reply: Message {
        link.ask(message) { [unowned self] reply in
            switch reply {
            case .success(let reply): then(reply)
            case .failure(let error): onError(error)
            }
        }
    }

    /// A code of an account. Over a connection of its own: a person may have to say yes first.
    ///
    /// - Parameter isLook: it is only looked at, and does not count as use.
    package func code(
        of account: Account, next: Bool = false, isLook: Bool, then: @escaping (CodeReply) -> Void
    ) {
        guard codeLinks[account.id] == nil else {
            if !isLook, afterLooks.keys.contains(account.id) {
                afterLooks[account.id] = { [unowned self] in code(of: account, next: next, isLook: false, then: then) }
            }
            return
        }
        let link = AgentLink()
        do throws(ClientError) { try link.open(starting: false) } catch { return onError(error) }
        guard let descriptor = link.descriptor else { return }
        codeLinks[account.id] = link
        if isLook { afterLooks.updateValue(nil, forKey: account.id) }
        if account.consent != .none {
            standing.codes.waiting.insert(account.id)
            onChange()
        }
        var flags: CodeFlags = []
        if next { flags.insert(.next) }
        if isLook { flags.insert(.shown) }
        link.ask(CodeRequest(.id(account.id), flags: flags)) { [unowned self] reply in
            codeLinks[account.id] = nil
            let later = afterLooks.removeValue(forKey: account.id) ?? nil
            standing.codes.waiting.remove(account.id)
            switch reply {
            case .success(let reply):
                standing.codes.shown = ShownCode(reply, at: Clock.utc)
                then(reply)
            case .failure(let error): if !error.message.isEmpty { onError(error) }
            }
            onChange()
            later?()
        }
        watch(descriptor) { [weak self, weak link] in
            guard let link, self != nil, link.descriptor == descriptor else { return false }
            link.goOn()
            return link.isOpen && self?.codeLinks[account.id] === link
        }
    }

    /// Changes an account; to weaken a protection asks the owner. `refused` is called when it stays as it was.
    package func edit(
        _ selector: Selector, _ edit: AccountEdit, refused: @escaping () -> Void = {}, then: @escaping () -> Void
    ) {
        apart { link in
            link.edit(selector, edit) { [unowned self] in
                link.close()
                switch $0 {
                case .success: then()
                case .failure(let error):
                    onError(error)
                    refused()
                }
                refresh()
            }
        }
    }

    /// Has something done that a person may have to say yes to: over a connection of its own, so that nothing else waits.
    private func apart(_ ask: (AgentLink) -> Void) {
        let link = AgentLink()
        do throws(ClientError) { try link.open(starting: false) } catch { return onError(error) }
        guard let descriptor = link.descriptor else { return }
        ask(link)
        watch(descriptor) {
            guard link.descriptor == descriptor else { return false }
            link.goOn()
            return link.isOpen
        }
    }

    /// When the vault locks itself; a later time asks the owner.
    package func set(_ settings: Settings, refused: @escaping () -> Void) {
        apart { link in
            link.ask(SetSettingsRequest(settings)) { [unowned self] in
                link.close()
                if case .failure(let error) = $0 {
                    onError(error)
                    refused()
                }
                refresh()
            }
        }
    }

    /// Gives an account another place in the user's order.
    package func move(_ account: Identifier, to place: Place<Selector>) {
        ask(MoveRequest(.id(account), to: place)) { [unowned self] _ in refresh() }
    }

    /// Says yes to a question that takes no passphrase.
    package func approve(_ challenge: Identifier, rememberSeconds: UInt32) {
        link.approve(challenge, rememberSeconds: rememberSeconds) { [unowned self] in
            if case .failure(let error) = $0 { onError(error) }
        }
    }

    /// Hides what is shown, when its time is over; whether something was hidden.
    package func expire(at utc: UInt64) -> Bool { standing.codes.expire(at: utc) }
}
