import Vault
import Wire

// OTHER_WAYS, OTHER_WAY: what is noted of ways into accounts that lie elsewhere.
extension Agent {
    func otherWays(_ request: OtherWaysRequest, _ call: Call) throws(Refusal) {
        let contents = try look().contents
        let all = contents.inOrder.lazy.filter { $0.mayHaveOtherWays }.flatMap { account in
            account.otherWays.map { AccountOtherWay($0, of: account.id) }
        }
        let page: Page<AccountOtherWay> = Page(of: Array(all), from: request.start, size: \.encodedCount) { $0 }
        server.send(OtherWaysReply(revision: contents.revision, next: page.next, ways: page.entries), to: call)
    }

    func otherWay(_ request: OtherWayRequest, _ call: Call) throws(Refusal) {
        let account = try find(request.selector, in: use().contents)
        let way = OtherWay(request.kind, request.text)
        let isKnown = account.otherWays.contains { $0.kind == way.kind && $0.text == way.text }
        switch request.change {
        case .add where isKnown:
            throw Refusal(.alreadyExists, "there is such an entry already", "list them")
        case .verified where !isKnown, .remove where !isKnown:
            throw Refusal(.notFound, "the account has no such entry", "list them")
        default: break
        }
        let (kind, change, text) = (request.kind, request.change, request.text)
        let utc = utc
        try self.change(for: call) { (contents: inout Contents) throws(VaultError) in
            try contents.change(way, change, of: account.id, at: utc)
        } then: { [unowned self] _, requester in
            if kind == .number, change == .verified { numberWorks(text) }
            log(AuditEvent(kind, change), account.id, outcome: .done, by: requester)
            reply(OKReply(), to: requester)
        }
    }
}

extension AuditEvent {
    fileprivate init(_ kind: OtherWayKind, _ change: OtherWayChange) {
        self =
            switch (kind, change) {
            case (.number, .add): .numberAdded
            case (.number, .verified): .numberVerified
            case (.number, .remove): .numberRemoved
            case (.hardwareKey, .add): .hardwareKeyNoted
            case (.hardwareKey, .verified): .hardwareKeyVerified
            case (.hardwareKey, .remove): .hardwareKeyGone
            }
    }
}
