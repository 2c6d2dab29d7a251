import Interchange
import OneTimePassword
import Wire

/// An account as an `.expected.json` has it. The key decides; where an importer has a choice, `accept` lists it.
struct ExpectedEntry {
    let value: JSONValue

    var key: String { value["secret_hex"]?.string ?? "" }
    /// It may be a problem instead.
    var isOptional: Bool { value["optional"]?.bool == true }
    var label: String { "\(issuer): \(account)" }

    private var issuer: String { value["issuer"]?.string ?? "" }
    private var account: String { value["account"]?.string ?? "" }

    private func accepts(_ name: String, _ found: String) -> Bool {
        value["accept"]?[name]?.items.contains { $0.equals(found) } == true
    }

    private func accepts(_ name: String, _ found: UInt64) -> Bool {
        value[name] == nil || value[name]?.unsigned == found
            || value["accept"]?[name]?.items.contains { $0.unsigned == found } == true
    }

    /// What differs; empty when `found` is this account.
    func differences(_ found: FoundEntry) -> [String] {
        var result: [String] = []
        func check(_ isRight: Bool, _ what: @autoclosure () -> String) { if !isRight { result.append(what()) } }
        check(found.key == key, "key \(found.key), not \(key)")
        // An empty one also matches the other, in both directions.
        check(
            found.issuer == issuer || accepts("issuer", found.issuer) || issuer.isEmpty && found.issuer == account
                || found.issuer.isEmpty && issuer == found.name, "issuer \(found.issuer), not \(issuer)")
        check(
            found.name == account || accepts("account", found.name) || account.isEmpty && found.name == issuer
                || found.name.isEmpty && account == found.issuer, "name \(found.name), not \(account)")
        guard let parameters = found.parameters else { return result + ["no parameters"] }
        let type = "\(parameters.kind)"
        check(value["type"]?.string == type || accepts("type", type), "type \(type)")
        let algorithm = "\(parameters.algorithm)".uppercased()
        check(
            value["algorithm"] == nil || value["algorithm"]?.string == algorithm || accepts("algorithm", algorithm),
            "algorithm \(algorithm)")
        check(accepts("digits", UInt64(parameters.digits)), "digits \(parameters.digits)")
        if parameters.isTimeBased {
            check(accepts("period", UInt64(parameters.period)), "period \(parameters.period)")
        } else {
            check(accepts("counter", parameters.counter), "counter \(parameters.counter)")
        }
        if let pin = value["pin"]?.string { check(found.pin == pin, "PIN \(found.pin)") }
        if let note = value["note"]?.string { check(found.note == note, "note \(found.note)") }
        if let favorite = value["favorite"]?.bool {
            check(found.extras.isFavourite == favorite, "favourite \(found.extras.isFavourite)")
        }
        if let groups = value["groups"]?.items.compactMap(\.string) {
            check(groups.allSatisfy(found.tags.contains), "tags \(found.tags), not \(groups)")
        }
        return result
    }
}

/// Everything that is wrong with what was found, one line each.
func mismatches(_ found: CollectingSink, _ expected: JSONValue) -> [String] {
    // Accounts whose credential stays on the old device are not among the expected ones.
    var left = found.entries.filter { $0.parameters != nil }
    var result: [String] = []
    for entry in (expected["entries"]?.items ?? []).map(ExpectedEntry.init) {
        if let index = left.firstIndex(where: { entry.differences($0).isEmpty }) {
            left.remove(at: index)
        } else if let same = left.first(where: { $0.key == entry.key }) {
            result.append("\(entry.label): \(entry.differences(same).joined(separator: "; "))")
        } else if !entry.isOptional || found.problems.isEmpty {
            result.append("\(entry.label): not found; problems: \(found.problems.map(\.reason))")
        }
    }
    if result.isEmpty { result += left.map { "\($0.issuer): \($0.name): not expected" } }
    return result
}
