import Desktop
import Gtk
import Wire

/// The desktop's search (org.gnome.Shell.SearchProvider2, org.kde.krunner1): ids and names of accounts, never a code.
final class SearchProvider {
    private static let path = "/io/github/fob/Desktop/SearchProvider"

    /// - Parameter program: copies the code of what was chosen.
    init(_ program: DesktopProgram) {
        program.application.serveSearch(Self.path) { [unowned program] method, texts in
            let search = DesktopSearch(program.desk.standing)
            switch method {
            case "GetInitialResultSet", "GetSubsearchResultSet": return search.results(of: texts)
            case "GetResultMetas": return search.descriptions(of: texts)
            case "Match":
                let words = texts.first?.split(separator: " ").map(String.init) ?? []
                return search.descriptions(of: words.isEmpty ? [] : search.results(of: words))
            case "ActivateResult", "Run":
                if let id = texts.first.flatMap(Identifier.init(hexadecimal:)) {
                    program.copy(id)
                } else {
                    program.unlock()
                }
            default:
                program.desk.standing.codes.query = texts.joined(separator: " ")
                program.show()
            }
            return []
        }
    }
}
