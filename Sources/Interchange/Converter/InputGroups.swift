import Platform
import Wire

/// Files that were sent, sorted into those that belong together. All others are read each by itself.
enum InputGroups {
    /// The groups, in the order of their first files: a tree of pass, a database with its log, all files with parts of
    /// Google Authenticator's exports.
    static func groups(_ files: [SourceFile]) -> [[SourceFile]] {
        var groups: [[SourceFile]] = []
        var places: [Kind: Int] = [:]
        var logs: [SourceFile] = []
        let keys = files.filter(\.isKey)
        for file in files where !file.isKey {
            let kind = Kind(file)
            switch kind {
            case .log:
                // A log is sent behind its database: several machines have files of one name.
                if let last = groups.last, isDatabase(last), file.name == last[0].name + "-wal" {
                    groups[groups.count - 1].append(file)
                } else {
                    logs.append(file)
                }
            // A key file is for whatever asks for one.
            case .single: groups.append([file] + (file.text.withBytes { KDBXHeader.isDatabase($0) } ? keys : []))
            case .tree, .migration:
                if let place = places[kind] {
                    groups[place].append(file)
                } else {
                    places[kind] = groups.count
                    groups.append([file])
                }
            }
        }
        for log in logs { join(log, to: &groups) }
        return groups
    }

    /// A database that has no log yet.
    private static func isDatabase(_ group: [SourceFile]) -> Bool {
        group.count == 1 && group[0].text.withBytes { $0.hasPrefix("SQLite format 3\0") }
    }

    /// Adds a log to the database of its name, else to the only one that has none yet.
    private static func join(_ log: SourceFile, to groups: inout [[SourceFile]]) {
        let open = groups.indices.filter { isDatabase(groups[$0]) }
        let named = open.filter { log.name == groups[$0][0].name + "-wal" }
        if let place = named.count == 1 ? named[0] : named.isEmpty && open.count == 1 ? open[0] : nil {
            groups[place].append(log)
        } else {
            groups.append([log])
        }
    }

    private enum Kind: Hashable {
        case single, tree, migration, log

        init(_ file: SourceFile) {
            if file.isInTree {
                self = .tree
            } else {
                self = file.text.withBytes { bytes in
                    if WriteAheadLog.isLog(bytes) { return .log }
                    return URIList.isList(bytes) && bytes.firstIndex(of: "otpauth-migration:") != nil
                        ? .migration : .single
                }
            }
        }
    }
}

extension SourceFile {
    /// It is of a tree that was named, not named itself: its name is a path, which says what it is for.
    var isInTree: Bool { name.utf8.contains(UInt8(ascii: "/")) }
}
