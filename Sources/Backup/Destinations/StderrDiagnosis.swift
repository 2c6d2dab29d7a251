/// What a program's complaint comes to. The words are those of rclone, ssh and the services behind them.
enum StderrDiagnosis {
    private static let causes: [(DestinationError.Cause, [String])] = [
        (.full, ["no space left", "quota", "insufficient storage", "507", "disk full", "not enough space"]),
        (.readOnly, ["read-only file system", "readonly", "read only"]),
        (
            .refused,
            [
                "401", "403", "unauthorized", "unauthorised", "forbidden", "unable to authenticate", "access denied",
                "accessdenied", "permission denied", "invalid_grant", "invalid_client", "couldn't fetch token",
                "token expired", "signaturedoesnotmatch", "invalidaccesskeyid", "authentication failed",
                "login incorrect",
            ]
        ),
        (
            .absent,
            [
                "didn't find section in config", "nosuchbucket", "bucket does not exist", "directory not found",
                "didn't find backend", "not found in config", "command not found", "no such file or directory",
            ]
        ),
        (
            .unreachable,
            [
                "connection refused", "no such host", "network is unreachable", "no route to host", "i/o timeout",
                "connection reset", "connection timed out", "couldn't connect", "could not resolve", "broken pipe",
                "unexpected eof", ": eof", "tls handshake timeout", "host is down", "connection closed",
                "connection lost", "context deadline exceeded", "temporary failure in name resolution",
            ]
        ),
    ]

    /// The failure that a program's end and its words stand for.
    static func error(_ what: String, _ outcome: Command.Outcome, seconds: UInt64) -> DestinationError {
        if outcome.status == Command.slow {
            return DestinationError(.slow, "\(what) did not end within \(seconds) s")
        }
        if outcome.status == Command.tooMuch {
            return DestinationError(.altered, "\(what) wrote more than a backup has")
        }
        let cause = cause(of: outcome.errors)
        let last = outcome.errors.split(separator: "\n").last.map { String($0.prefix(300)) } ?? ""
        let end = "\(what) ended with status \(outcome.status)"
        let plain: String? =
            switch cause {
            case .unreachable: "the server cannot be reached"
            case .refused: "access was refused"
            case .full: "there is no room left"
            case .readOnly: "it takes no writes"
            case .absent: "the place does not exist"
            case .slow, .altered, .taken, .other: nil
            }
        let message = plain.map { "\($0) (\(end))" } ?? end
        return DestinationError(cause, last.isEmpty ? message : "\(message): \(last)")
    }

    /// The kind of cause that a text speaks of.
    static func cause(of text: String) -> DestinationError.Cause {
        let said = text.lowercased()
        // Codes count as whole words only: ports, times and sizes have digits too.
        let words = Set(said.split { !$0.isLetter && !$0.isNumber })
        return causes.first { cause in
            cause.1.contains { $0.allSatisfy(\.isNumber) ? words.contains($0[...]) : said.contains($0) }
        }?.0 ?? .other
    }
}
