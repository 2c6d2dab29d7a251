import Wire

/// A reply that is one page of a list.
protocol PageReply: PlainMessage {
    /// What the list is of.
    associatedtype Entry
    /// Number of the last change; when it differs between two pages, start again.
    var revision: UInt64 { get }
    /// Start of the next page; 0 at the end.
    var next: UInt32 { get }
    /// Those of this page.
    var entries: [Entry] { get }
}

extension AccountsReply: PageReply { var entries: [Account] { accounts } }
extension KeysReply: PageReply { var entries: [KeyEntry] { keys } }
extension RecoverySetsReply: PageReply { var entries: [RecoverySet] { sets } }
extension OtherWaysReply: PageReply { var entries: [AccountOtherWay] { ways } }

extension Connection {
    /// All pages of a list, of one state of the vault.
    mutating func all<R: Request & PlainMessage>(
        _ page: (_ start: UInt32) -> R
    ) throws(ClientError) -> [R.Reply.Entry] where R.Reply: PageReply {
        for _ in 0..<16 {
            var reply = try request(page(0))
            var entries = reply.entries
            let revision = reply.revision
            while reply.next != 0, reply.revision == revision {
                reply = try request(page(reply.next))
                entries += reply.entries
            }
            if reply.revision == revision { return entries }
        }
        throw ClientError(.busy, Sentences.keepsChanging, remedy: Sentences.tryAgain)
    }
}
