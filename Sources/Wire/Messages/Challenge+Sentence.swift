// A challenge in one sentence. Its parts keep the order in which they can be trusted: the agent's words, the host and the
// way that the request took, and only then what whoever asks has chosen. Each part of others is quoted and clipped alone.
extension Challenge {
    /// What is asked, where, through whom, and for whom. The agent's words lead up to the site, when there is one.
    package var sentence: String {
        var sentence = (isForwarded ? "FORWARDED: " : "") + Text.shown(question)
        if !site.isEmpty { sentence += " \(Text.quoted(site))" }
        if let host { sentence += " at \(host.text)" }
        if isForwarded { sentence += ", asked for through \(way)" }
        if !user.isEmpty { sentence += " as \(Text.quoted(user))" }
        if !dataName.isEmpty { sentence += ", data called \(Text.quoted(dataName))" }
        return sentence
    }

    /// The hosts on the way.
    package var way: String {
        guard let first = hops.first else { return "a host that is not known" }
        let others = hops.count - 1 + Int(moreHops)
        return others == 0 ? first.text : "\(first.text) and \(others) more"
    }

    /// What a remembered yes to it is good for, in words.
    package var grantLabel: String {
        let more = [
            host.map { "at \($0.text)" }, user.isEmpty ? nil : "as \(Text.quoted(user))",
            dataName.isEmpty ? nil : "data called \(Text.quoted(dataName))", site.isEmpty ? nil : Text.quoted(site),
        ].compactMap { $0 }
        return more.isEmpty ? account : "\(account) \(more.joined(separator: " "))"
    }

    /// What the caller's program is called: by its path, or by its name where there is none.
    package var caller: String {
        guard let program = programs.first else { return "" }
        return program.executable.isEmpty ? program.name : program.executable
    }

    /// Whether APPROVE must carry the passphrase, or what is taken in its place.
    package var needsPassphrase: Bool { proof != .consent }
}

extension ChallengeHost {
    /// The host in words.
    package var text: String {
        guard standing != .unknown else { return "an unknown host" }
        let named = name.isEmpty ? "the host with the key \(Text.shown(fingerprint))" : Text.quoted(name)
        return standing == .proved ? named : "\(named) (says the client)"
    }

    /// The host in words, with its key.
    package var details: String {
        name.isEmpty || fingerprint.isEmpty || standing == .unknown ? text : "\(text), key \(Text.shown(fingerprint))"
    }
}

extension ChallengeProgram {
    /// The program in words.
    package var text: String {
        let file = executable.isEmpty ? "" : " (\(Text.quoted(executable, most: 128)))"
        return name.isEmpty
            ? "an unknown program, process \(processID)" : "\(Text.quoted(name))\(file), process \(processID)"
    }
}
