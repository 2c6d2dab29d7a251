import ForeignLibraries
import OneTimePassword
import Platform

/// Why one item of a file cannot be an account, or why nothing more can be read at all.
enum ItemError: Error, Equatable, Sendable {
    /// Only this item: a lower case sentence without a full stop, and never a part of a secret.
    case problem(String)
    /// The file as a whole.
    case fatal(ConversionError)

    /// What is wrong with a key, with parameters or with a URI.
    init(_ error: OneTimePasswordError) { self = .problem(error.message) }

    /// An item that is broken; memory and bounds are of the whole file.
    init(_ error: ConversionError) {
        switch error {
        case .malformed(let what): self = .problem(what)
        default: self = .fatal(error)
        }
    }
}

extension EntrySink where Self: ~Copyable {
    /// Gives the account that `make` makes of an item, or says why it makes none.
    mutating func item(
        _ label: String, at position: Int, _ make: () throws(ItemError) -> Entry
    ) throws(ConversionError) {
        let made: Entry
        do throws(ItemError) {
            made = try make()
        } catch {
            switch error {
            case .problem(let reason): return try problem(label, reason, at: position)
            case .fatal(let error): throw error
            }
        }
        try entry(made, at: position)
    }
}
