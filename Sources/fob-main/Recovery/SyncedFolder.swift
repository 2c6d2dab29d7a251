import Platform

/// Where a file lies, as far as that matters for a secret: folders that programs copy to other machines, and the one in
/// which browsers put downloads, where malware looks first.
struct FilePlace {
    /// The program that copies what lies there; nil when none is known to.
    let syncedBy: String?
    /// It is among the downloads.
    let isDownload: Bool

    /// Looks at a path.
    init(_ path: String) {
        let directory = Paths.directory(of: Paths.real(path) ?? path)
        syncedBy = Self.synced(directory)
        let downloads = Self.downloadFolder
        isDownload =
            directory.split(separator: "/").contains { $0 == "Downloads" || $0 == "Download" }
            || downloads.map { directory == $0 || directory.hasPrefix($0 + "/") } ?? false
    }

    /// How the folders are called, in small letters, also with something behind: `OneDrive - Company`, `Dropbox (Old)`.
    private static let folders: [(start: String, program: String)] = [
        ("onedrive", "OneDrive"), ("dropbox", "Dropbox"), ("nextcloud", "Nextcloud"), ("owncloud", "ownCloud"),
        ("google drive", "Google Drive"), ("googledrive", "Google Drive"), ("my drive", "Google Drive"),
        ("gdrive", "Google Drive"), ("icloud", "iCloud"), ("com~apple~clouddocs", "iCloud"), ("pcloud", "pCloud"),
        ("syncthing", "Syncthing"), ("megasync", "MEGA"), ("seafile", "Seafile"), ("tresorit", "Tresorit"),
        ("yandex.disk", "Yandex Disk"), ("proton drive", "Proton Drive"), ("protondrive", "Proton Drive"),
        ("koofr", "Koofr"), ("box sync", "Box"), ("insync", "Insync"), ("jottacloud", "Jottacloud"),
    ]

    /// What the programs put into the folders that they copy.
    private static let markers: [(name: String, program: String)] = [
        (".stfolder", "Syncthing"), (".dropbox", "Dropbox"), (".dropbox.cache", "Dropbox"),
        (".nextcloudsync.log", "Nextcloud"), (".owncloudsync.log", "ownCloud"), (".tmp.drivedownload", "Google Drive"),
        (".sync", "Resilio Sync"), (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
    ]

    private static func synced(_ directory: String) -> String? {
        for part in directory.split(separator: "/") {
            let name = part.lowercased()
            if let folder = folders.first(where: { name.hasPrefix($0.start) }) { return folder.program }
        }
        // From the file's folder up to the root.
        var place = directory
        while place.count > 1 {
            if let marker = markers.first(where: { Child.isReadable("\(place)/\($0.name)") }) { return marker.program }
            place = Paths.directory(of: place)
        }
        return nil
    }

    /// The folder for downloads under the name that it has in the user's language (xdg-user-dirs).
    private static var downloadFolder: String? {
        guard let home = Environment.value(of: "HOME"), home.hasPrefix("/") else { return nil }
        let configuration = Environment.value(of: "XDG_CONFIG_HOME") ?? "\(home)/.config"
        guard let file = try? FileDescriptor.reading("\(configuration)/user-dirs.dirs") else { return nil }
        var text: [UInt8] = []
        do throws(SystemError) {
            try text.append(addingCapacity: 16_384) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
                _ = try file.read(into: &output)
            }
        } catch { return nil }
        let start = "XDG_DOWNLOAD_DIR=\""
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") where line.hasPrefix(start) {
            let value = line.dropFirst(start.count).prefix { $0 != "\"" }
            let path = value.hasPrefix("$HOME/") ? home + value.dropFirst(5) : String(value)
            return path.hasPrefix("/") && path != home ? Paths.real(path) : nil
        }
        return nil
    }
}
