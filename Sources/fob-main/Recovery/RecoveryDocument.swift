import Client
import Platform
import Wire

/// Recovery codes on their way out, in locked memory: a page for people, or a file that another program imports.
struct RecoveryDocument: ~Copyable {
    /// The programs that can take recovery codes over, and plain text.
    enum Format: String, CaseIterable {
        case onePassword = "1password"
        case keeper
        case lastpass
        case bitwarden
        case keepassxc
        case text
    }

    /// How what is put into a field is written.
    private enum Quoting {
        case none
        /// In a field between double quotes (RFC 4180).
        case csv
        /// In a string (RFC 8259).
        case json
    }

    /// What has been written.
    private(set) var text: LockedBuffer

    /// Writes the codes of `reply`, which lie in its text.
    init(
        _ reply: RecoveryCodesReply, of account: Account, as format: Format
    ) throws(ClientError) {
        // Each byte becomes six at most, and each code has a line of its own.
        let names = account.issuer.utf8.count + account.name.utf8.count + reply.set.label.utf8.count
        text = try ClientError.locked(6 * (reply.text.count + 3 * names) + 64 * reply.codes.count + 2048)
        let title = account.issuer.isEmpty ? account.name : account.issuer
        let user = account.issuer.isEmpty ? "" : account.name
        switch format {
        case .text: putPage(reply)
        case .onePassword:
            put("Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n")
            putRow([title, "", user, "", "", "false", "false", "recovery codes"], reply)
        case .lastpass:
            put("url,username,password,totp,extra,name,grouping,fav\n")
            putRow(["http://sn", user, "", ""], reply, [title, "", "0"])
        case .keepassxc:
            put("\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\"\n")
            putRow(["Root", title, user, "", ""], reply)
        case .keeper:
            // Folder, title, login, password, address, notes, shared folder, then names and values of custom fields.
            putRow(["", title, user, "", "", "", "", Sentences.recoveryField], reply)
        case .bitwarden:
            put("{\"encrypted\":false,\"folders\":[],\"items\":[{\"type\":1,\"name\":")
            put(JSON.string(title).text + ",\"notes\":null,\"favorite\":false,\"login\":{\"username\":")
            put((user.isEmpty ? JSON.null : .string(user)).text + ",\"password\":null,\"totp\":null},\"fields\":[")
            // Kind 1 is hidden until somebody asks to see it.
            put("{\"name\":" + JSON.string(Sentences.recoveryField).text + ",\"type\":1,\"value\":\"")
            putLines(reply, .json)
            put("\"}]}]}\n")
        }
    }

    // MARK: Parts

    /// A page that is read by people, and by `fob recovery import`.
    private mutating func putPage(_ reply: RecoveryCodesReply) {
        let set = reply.set
        put(tr("Recovery codes of \(Label.shown(set.label))") + "\n")
        put(Sentences.recoveryPageCounts(set) + "\n\n")
        for (index, code) in reply.codes.enumerated() {
            let number = String(index + 1)
            put(String(repeating: " ", count: max(0, 3 - number.count)) + number + ". ")
            put(reply.text.extracting(code.text), .none)
            put(code.used != 0 ? " (\(Sentences.recoveryUsedMark))\n" : "\n")
        }
        put("\n" + (set.isInOrder ? Sentences.recoveryPageInOrder : Sentences.recoveryPageOnce) + "\n")
    }

    private mutating func putRow(
        _ before: [String], _ reply: RecoveryCodesReply, _ after: [String] = []
    ) {
        for field in before {
            put("\"")
            put(field.utf8.span, .csv)
            put("\",")
        }
        put("\"")
        putLines(reply, .csv)
        put("\"")
        for field in after {
            put(",\"")
            put(field.utf8.span, .csv)
            put("\"")
        }
        put("\n")
    }

    private mutating func putLines(_ reply: RecoveryCodesReply, _ quoting: Quoting) {
        for (index, code) in reply.codes.enumerated() {
            if index > 0 { put(quoting == .json ? "\\n" : "\n") }
            put(reply.text.extracting(code.text), quoting)
            if code.used != 0 { put(" (\(Sentences.recoveryUsedMark))") }
        }
    }

    private mutating func put(_ string: String) { text.append(copying: string.utf8.span) }

    private mutating func put(_ bytes: Span<UInt8>, _ quoting: Quoting) {
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        text.append { (output: inout OutputSpan<UInt8>) in
            for index in bytes.indices {
                let byte = bytes[index]
                switch quoting {
                case .csv where byte == quote: output.append(quote)
                case .json where byte == quote || byte == backslash: output.append(backslash)
                default: break
                }
                output.append(byte)
            }
        }
    }
}

extension LockedBuffer {
    /// Appends a code as a JSON string; it is printable ASCII.
    mutating func appendJSON(_ code: Span<UInt8>) {
        append { (output: inout OutputSpan<UInt8>) in
            output.append(UInt8(ascii: "\""))
            for index in code.indices {
                if code[index] == UInt8(ascii: "\"") || code[index] == UInt8(ascii: "\\") {
                    output.append(UInt8(ascii: "\\"))
                }
                output.append(code[index])
            }
            output.append(UInt8(ascii: "\""))
        }
    }
}
