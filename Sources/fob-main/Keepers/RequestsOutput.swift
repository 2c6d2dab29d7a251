import Client
import Recovery

/// Where the requests to all keepers of a set go: standard output, or a directory.
struct RequestsOutput {
    private let directory: String?
    private let pictures: Bool

    init(_ directory: String?, _ pictures: Bool) { (self.directory, self.pictures) = (directory, pictures) }

    /// Shows or writes them.
    func put(_ attempt: RecoveryAttempt, _ set: KeeperSet, _ common: Common) throws(ClientError) {
        Output.note(Sentences.recoverAsk(set.threshold, of: set.keepers.count))
        var rows: [JSON] = []
        for keeper in set.keepers {
            let request = attempt.request(to: keeper)
            var members: [(String, JSON)] = [
                ("keeper", .number(keeper.index)), ("words", .strings(request.words.words)),
            ]
            if !common.json { Output.note(tr("keeper \(keeper.index): \(request.words)")) }
            if let directory {
                let path = "\(directory)/fob-request-\(keeper.index).\(pictures ? "png" : "txt")"
                try ExchangeOutput.write(request.text, to: path)
                members.append(("output", .string(path)))
            } else {
                members.append(("request", .string(request.text)))
                if !common.json { Output.line(request.text) }
            }
            rows.append(.object(members))
        }
        if common.json {
            Output.json([
                ("set", .string(set.id.description)), ("threshold", .number(set.threshold)),
                ("requests", .array(rows)),
            ])
        }
    }
}
