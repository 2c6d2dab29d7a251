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
        case .bash:
            let replaced = replacing(
                in: script, from: #"__fob_add_completions -W "$(eval '__fob_names "#, to: #"')""#
            ) { "__fob_names \($0)" }
            return replacing(in: replaced, from: "\n_fob(", to: ") {") { _ in "\n__fob_line() {" } + bash
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

    /// bash(1) gives the words as they are split at COMP_WORDBREAKS, of which a name may have some, and puts on the line what
    /// it gets.
    private static let bash = #"""

        # Completes a line whose words are those of the shell: bash splits them at colons and the like as well.
        _fob() {
            __fob_split
            if [[ -n "${COMP_LINE}" ]]; then
                COMP_WORDS=("${__fob_words[@]}")
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            fi
            __fob_line "$@"
        }

        # Splits the line up to the cursor: __fob_words has the words as they were typed, __fob_meant what the last one
        # means, __fob_quote the quote in which it ends.
        __fob_split() {
            local line="${COMP_LINE:0:${COMP_POINT}}" raw='' character
            local -i index
            __fob_words=() __fob_meant='' __fob_quote=''
            for ((index = 0; index < ${#line}; index++)); do
                character="${line:index:1}"
                if [[ "${__fob_quote}" = "'" ]]; then
                    if [[ "${character}" = "'" ]]; then __fob_quote=''; else __fob_meant+="${character}"; fi
                elif [[ "${character}" = '\' ]]; then
                    raw+="${character}"
                    ((index++))
                    character="${line:index:1}"
                    [[ "${__fob_quote}" = '"' && "${character}" != ['"$`\'] ]] && __fob_meant+='\'
                    __fob_meant+="${character}"
                elif [[ "${__fob_quote}" = '"' ]]; then
                    if [[ "${character}" = '"' ]]; then __fob_quote=''; else __fob_meant+="${character}"; fi
                elif [[ "${character}" = ["'\""] ]]; then
                    __fob_quote="${character}"
                elif [[ "${character}" = [[:space:]] ]]; then
                    [[ -n "${raw}" ]] && __fob_words+=("${raw}")
                    raw='' __fob_meant=''
                    continue
                else
                    __fob_meant+="${character}"
                fi
                raw+="${character}"
            done
            __fob_words+=("${raw}")
        }

        # Offers the names that 'fob ARGUMENTS' prints, one on a line. Nothing in them is expanded or run.
        __fob_names() {
            # What of the word bash leaves on the line.
            local raw="${__fob_words[${#__fob_words[@]} - 1]}"
            local before="${raw}"
            [[ -n "${cur}" && "${raw}" = *"${cur}" ]] && before="${raw:0:${#raw}-${#cur}}"

            compopt +o filenames 2>/dev/null
            local name word
            while IFS= read -r name; do
                [[ -n "${name}" && "${name}" = "${__fob_meant}"* ]] || continue
                if [[ -z "${COMP_TYPE}" ]]; then
                    # Somebody who calls this function wants to know the names.
                    COMPREPLY+=("${name}")
                    continue
                fi
                case "${__fob_quote}" in
                "'") word="'${name//"'"/"'\''"}" ;;
                '"')
                    # In these quotes nothing keeps history expansion away.
                    [[ "${name}" = *'!'* ]] && continue
                    word="${name//'\'/'\\'}"
                    word="${word//'"'/'\"'}"
                    word="${word//'$'/'\$'}"
                    word="\"${word//'`'/'\`'}"
                    ;;
                *) printf -v word %q "${name}" ;;
                esac
                [[ "${word}" = "${before}"* ]] && COMPREPLY+=("${word:${#before}}")
            done < <(command fob "$@" --names --no-ask --no-start 2>/dev/null)
        }

        """#

    private static let zsh = #"""
        # Offers the names that 'fob ARGUMENTS' prints, one on a line. Nothing in them is expanded or run.
        __fob_names() {
            # The caller has it off, and without it no exclamation mark is quoted: the shell has it on, and puts an earlier
            # command in its place.
            setopt localoptions banghist
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
