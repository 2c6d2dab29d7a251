/// What a program's complaint comes to. The words are those of rclone, ssh and the services behind them.
enum StderrDiagnosis {
    /// The first that fits counts: what is surer stands first.
    private static let causes: [(DestinationError.Cause, [String])] = [
        (
            .throttled,
            [
                "429", "503", "too many requests", "rate limit", "ratelimit", "rate_limit", "slow down", "slowdown",
                "service unavailable", "serviceunavailable", "throttl", "queries per", "activitylimitreached",
                "too many connections", "retry after", "try again later", "servicenotavailable",
            ]
        ),
        (
            .full,
            [
                "no space left", "quota", "insufficient storage", "insufficient space", "insufficient_space",
                "insufficient disk", "exceeded storage", "507", "disk full", "not enough space",
            ]
        ),
        (.readOnly, ["read-only file system", "readonly", "read only"]),
        (
            .certificate,
            [
                "x509:", "certificate", "tls: failed to verify", "unknown authority", "host key", "host identification",
                "knownhosts", "timetooskewed", "clock skew",
            ]
        ),
        (
            .refused,
            [
                "401", "403", "unauthorized", "unauthorised", "forbidden", "unable to authenticate", "access denied",
                "accessdenied", "permission denied", "invalid_grant", "invalid_client", "signaturedoesnotmatch",
                "invalidaccesskeyid", "authentication failed", "login incorrect", "530",
                "access_denied", "logon_failure", "permission_denied",
            ]
        ),
        (
            .unreachable,
            [
                "connection refused", "no such host", "network is unreachable", "no route to host", "i/o timeout",
                "timeout awaiting", "timeout exceeded", "connection reset", "timed out", "couldn't connect",
                "could not resolve", "broken pipe",
                "unexpected eof", ": eof", "tls handshake timeout", "host is down", "connection closed",
                "connection lost", "context deadline exceeded", "temporary failure in name resolution", "dial tcp",
                "server misbehaving", "host_unreachable", "closed by remote host", "endpoint is not connected",
                "stale file handle", "input/output error",
            ]
        ),
        // The network did not fail, so the service has not given it.
        (.refused, ["couldn't fetch token", "token expired", "empty token"]),
        (
            .server,
            ["500", "502", "504", "internal server error", "internalerror", "bad gateway", "gateway timeout", "5xx"]
        ),
        (
            .portal,
            [
                "<html", "<!doctype", "invalid character '<'", "xml syntax error", "expected element type",
                "text/html", "stopped after 10 redirects", "301", "302", "307", "308", "511", "redirect",
                "network authentication required", "unexpected content", "does not look like a tls",
            ]
        ),
        (.unconfigured, ["didn't find section in config", "didn't find backend", "not found in config"]),
        (
            .absent,
            [
                "nosuchbucket", "bucket does not exist", "directory not found", "command not found",
                "no such file or directory",
                "no such directory", "object not found", "404", "not found", "bad_network_name",
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
        let message = plain(cause).map { "\($0) (\(end))" } ?? end
        return DestinationError(cause, last.isEmpty ? message : "\(message): \(last)")
    }

    private static func plain(_ cause: DestinationError.Cause) -> String? {
        switch cause {
        case .unreachable: "the server cannot be reached"
        case .refused: "access was refused"
        case .server: "the server has a fault of its own"
        case .throttled: "the server wants to be asked later"
        case .certificate: "the server's certificate or key is not accepted"
        case .portal: "something else answers in the server's place, such as a network that wants a login"
        case .full: "there is no room left"
        case .readOnly: "it takes no writes"
        case .absent: "the place does not exist"
        case .unconfigured: "rclone knows no such remote"
        case .slow, .altered, .elsewhere, .taken, .interrupted, .other: nil
        }
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
