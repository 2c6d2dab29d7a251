import Wire

extension Challenge {
    /// What the data is called. That it is standard input is said by fob itself; a word of ssh's stays as it is.
    package var dataText: String { dataName == "standard input" ? Translation.heard(dataName) : dataName }

    /// `sentence` in the user's language, with its parts in the same order.
    package var told: String {
        var told = (isForwarded ? tr("FORWARDED: ") : "") + Translation.heard(Text.shown(question))
        if !site.isEmpty { told += " \(Text.quoted(site))" }
        if let host { told += " " + tr("at \(host.text)") }
        if isForwarded { told += tr(", asked for through \(way)") }
        if !user.isEmpty { told += " " + tr("as \(Text.quoted(user))") }
        if !dataName.isEmpty { told += tr(", data called \(Text.quoted(dataText))") }
        return told
    }
}
