/// A table of which most stays as it is: what is different lies beside it.
struct Overlay<Value: Sendable> {
    /// How it was.
    let base: SortedTable<Identifier, Value>
    /// What is different; nil for what is gone.
    private(set) var changes: [Identifier: Value?] = [:]

    init(_ base: SortedTable<Identifier, Value>) { self.base = base }

    subscript(id: Identifier) -> Value? {
        get { if let change = changes[id] { change } else { base[id] } }
        set { changes.updateValue(newValue, forKey: id) }
    }

    /// How many there are.
    var count: Int {
        changes.reduce(base.count) { count, change in
            count + (change.value == nil ? 0 : 1) - (base[change.key] == nil ? 0 : 1)
        }
    }

    /// All of them: as many steps as there are.
    var values: [Value] {
        var values: [Value] = []
        values.reserveCapacity(base.count + changes.count)
        base.each { id, value in if changes[id] == nil { values.append(value) } }
        for case let value? in changes.values { values.append(value) }
        return values
    }
}
