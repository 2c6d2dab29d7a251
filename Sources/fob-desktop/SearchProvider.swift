import Desktop
import Gtk
import Wire

/// The desktop's search: names and ids of accounts, never a code.
final class SearchProvider {
    init(_ application: Application, _ desk: Desk, activate: @escaping (Identifier) -> Void) {}
}
