import ArgumentParser
import Client

/// A shell's completions. The argument parser writes them, but for the names of accounts: those come from QR codes, links
/// and files, and its way to offer what a command prints has the shell expand them, and run what stands in them. They
/// are read line by line here, compared with what was typed, and put on the line as words that the shell takes
/// literally.
enum CompletionScript {
    /// What the parser's scripts have in place of a command that prints names.
    static let marker = "__fob_names "

    static func text(for shell: CompletionShell) -> String {
        let script = Fob.completionScript(for: shell)
        switch shell {
        case .bash: return replacing(in: script, from: #"__fob_add_completions -W "$(eval '__fob_names "#, to: #"')""#) {
            "__fob_names \($0)"
        } + bash
        case .zsh:
            let replaced = replacing(
                in: script, from: #"{local -a list;list=(${(f)"$(__fob_names "#, to: #")"});_describe -V "" list}"#
            ) { "{__fob_names \($0)}" }
            // Before the call with which the file ends.
            return insert(zsh, into: replaced, before: "\nif [[ \"${funcstack[1]}\"")
        default: return script + fish
        }
    }

    /// Replaces each text between two others.
    private static func replacing(
        in text: String, from start: String, to end: String, by replacement: (Substring) -> String
    ) -> String {
        var result = ""
        var rest = text[...]
        while let begin = rest.range(of: start) {
            guard let finish = rest[begin.upperBound...].range(of: end) else { break }
            result += rest[..<begin.lowerBound] + replacement(rest[begin.upperBound..<finish.lowerBound])
            rest = rest[finish.upperBound...]
        }
        return result + rest
    }

    private static func insert(_ part: String, into text: String, before end: String) -> String {
        guard let place = text.range(of: end) else { return text + part }
        return text[..<place.lowerBound] + "\n" + part + text[place.lowerBound...]
    }

    /// bash(1) gives the word as it is split at COMP_WORDBREAKS, and puts on the line what it gets.
    private static let bash = #"""

        # Offers the names that 'fob ARGUMENTS' prints, one on a line. Nothing in them is expanded or run.
        __fob_names() {
            # The word up to the cursor as it was typed, and what it means: the words before it are not this one's.
            local line="${COMP_LINE:0:${COMP_POINT}}" raw='' meant='' quote='' character
            local -i index
            for ((index = 0; index < ${#line}; index++)); do
                character="${line:index:1}"
                if [[ "${quote}" = "'" ]]; then
                    if [[ "${character}" = "'" ]]; then quote=''; else meant+="${character}"; fi
                elif [[ "${character}" = '\' ]]; then
                    raw+="${character}"
                    ((index++))
                    character="${line:index:1}"
                    [[ "${quote}" = '"' && "${character}" != ['"$`\'] ]] && meant+='\'
                    meant+="${character}"
                elif [[ "${quote}" = '"' ]]; then
                    if [[ "${character}" = '"' ]]; then quote=''; else meant+="${character}"; fi
                elif [[ "${character}" = ["'\""] ]]; then
                    quote="${character}"
                elif [[ "${character}" = [[:space:]] ]]; then
                    raw='' meant=''
                    continue
                else
                    meant+="${character}"
                fi
                raw+="${character}"
            done
            # What of it bash leaves on the line.
            local before="${raw}"
            [[ -n "${cur}" && "${raw}" = *"${cur}" ]] && before="${raw:0:${#raw}-${#cur}}"

            compopt +o filenames 2>/dev/null
            local name word
            while IFS= read -r name; do
                [[ -n "${name}" && "${name}" = "${meant}"* ]] || continue
                if [[ -z "${COMP_TYPE}" ]]; then
                    # Somebody who calls this function wants to know the names.
                    word="${name}"
                elif [[ "${quote}" = "'" ]]; then
                    word="'${name//"'"/"'\''"}"
                elif [[ "${quote}" = '"' ]]; then
                    # In these quotes nothing keeps history expansion away.
                    [[ "${name}" = *'!'* ]] && continue
                    word="${name//'\'/'\\'}"
                    word="${word//'"'/'\"'}"
                    word="${word//'$'/'\$'}"
                    word="\"${word//'`'/'\`'}"
                else
                    printf -v word %q "${name}"
                fi
                if [[ -n "${COMP_TYPE}" ]]; then
                    [[ "${word}" = "${before}"* ]] || continue
                    word="${word:${#before}}"
                fi
                COMPREPLY+=("${word}")
            done < <(command fob "$@" --names --no-ask --no-start 2>/dev/null)
        }

        """#

    private static let zsh = #"""
        # Offers the names that 'fob ARGUMENTS' prints, one on a line. Nothing in them is expanded or run.
        __fob_names() {
            local -a names
            names=("${(@f)$(command fob "$@" --names --no-ask --no-start 2>/dev/null)}")
            names=("${(@)names:#}")
            (( ${#names} )) && compadd -a -- names
        }

        """#

    private static let fish = #"""

        # Prints the names that 'fob ARGUMENTS' prints, one on a line.
        function __fob_names
            command fob $argv --names --no-ask --no-start 2>/dev/null
        end

        """#
}

extension StringProtocol {
    /// Where a text first occurs; no more than this is needed of Foundation.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while let begin = self[start...].utf8.firstIndex(of: text.utf8.first ?? 0) {
            if self[begin...].hasPrefix(text) { return begin..<index(begin, offsetBy: text.count) }
            start = index(after: begin)
        }
        return nil
    }
}
