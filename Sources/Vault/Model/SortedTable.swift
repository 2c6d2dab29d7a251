/// Values in the order of their keys, on pages. Copies share their pages, and a change copies the page that it is on: a
/// dictionary would be copied as a whole, and with it what each of its values holds, at the first change after each save.
struct SortedTable<Key: Comparable & Sendable, Value: Sendable>: Sendable, Sequence {
    fileprivate struct Page: Sendable {
        var keys: [Key] = []
        var values: [Value] = []
    }

    private static var most: Int { 64 }

    /// None is empty.
    private var pages: [Page] = []
    /// The first key of each page.
    private var firsts: [Key] = []
    /// How many there are.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    // MARK: Looking

    /// The page that has a key or would take it, and the place there.
    private func place(of key: Key) -> (page: Int, index: Int, isThere: Bool) {
        let page = Swift.max(Self.bound(firsts, key, isIncluded: true) - 1, 0)
        guard page < pages.count else { return (0, 0, false) }
        let index = Self.bound(pages[page].keys, key, isIncluded: false)
        return (page, index, index < pages[page].keys.count && pages[page].keys[index] == key)
    }

    /// How many of `keys` are below `key`, or not above it.
    private static func bound(_ keys: [Key], _ key: Key, isIncluded: Bool) -> Int {
        let keys = keys.span
        // Most of what is added comes in order.
        if let last = keys.indices.last, keys[last] < key { return keys.count }
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if isIncluded ? key < keys[middle] : !(keys[middle] < key) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Lends a value to `use`; nil when there is none. Nothing of it is retained for that.
    func with<Result, E: Error>(_ key: Key, _ use: (Value) throws(E) -> Result) throws(E) -> Result? {
        let (page, index, isThere) = place(of: key)
        guard isThere else { return nil }
        let values = pages[page].values
        return try use(values.span[index])
    }

    /// Lends each value with its key to `use`, in order. Compiled into whoever calls it, so that nothing is retained for that.
    @inline(__always)
    func each<E: Error>(_ use: (_ key: Key, _ value: Value) throws(E) -> Void) throws(E) {
        for page in pages {
            let (keys, values) = (page.keys.span, page.values.span)
            for index in keys.indices { try use(keys[index], values[index]) }
        }
    }

    /// Lends what this table or `other` has, in the order of the keys: one step for each key, whichever has it.
    func each<E: Error>(
        beside other: SortedTable, _ use: (_ key: Key, _ value: Value?, _ their: Value?) throws(E) -> Void
    ) throws(E) {
        var (page, index) = (0, 0)
        /// Steps through `other` up to a key, or to its end, and gives what it has at that key.
        func their(upTo key: Key?) throws(E) -> Value? {
            while page < other.pages.count {
                guard index < other.pages[page].keys.count else {
                    (page, index) = (page + 1, 0)
                    continue
                }
                let next = other.pages[page].keys[index]
                if let key, !(next < key) {
                    guard next == key else { return nil }
                    index += 1
                    return other.pages[page].values[index - 1]
                }
                try use(next, nil, other.pages[page].values[index])
                index += 1
            }
            return nil
        }
        try each { (key, value) throws(E) in try use(key, value, their(upTo: key)) }
        _ = try their(upTo: nil)
    }

    /// The keys from `first` on, as long as they are wanted.
    func keys(from first: Key, while isWanted: (Key) -> Bool) -> [Key] {
        var (page, index, _) = place(of: first)
        var found: [Key] = []
        while page < pages.count {
            while index < pages[page].keys.count {
                guard isWanted(pages[page].keys[index]) else { return found }
                found.append(pages[page].keys[index])
                index += 1
            }
            (page, index) = (page + 1, 0)
        }
        return found
    }

    var keys: some Sequence<Key> { pages.lazy.map(\.keys).joined() }
    var values: some Sequence<Value> { pages.lazy.map(\.values).joined() }

    struct Iterator: IteratorProtocol {
        fileprivate let pages: [Page]
        private var (page, index) = (0, 0)

        fileprivate init(_ pages: [Page]) { self.pages = pages }

        mutating func next() -> (key: Key, value: Value)? {
            guard page < pages.count else { return nil }
            let next = (pages[page].keys[index], pages[page].values[index])
            index += 1
            if index == pages[page].keys.count { (page, index) = (page + 1, 0) }
            return next
        }
    }

    func makeIterator() -> Iterator { Iterator(pages) }

    var underestimatedCount: Int { count }

    // MARK: Changing

    subscript(key: Key) -> Value? {
        get {
            let (page, index, isThere) = place(of: key)
            return isThere ? pages[page].values[index] : nil
        }
        set {
            let (page, index, isThere) = place(of: key)
            switch (newValue, isThere) {
            case (let value?, true): pages[page].values[index] = value
            case (let value?, false): insert(value, key, page, index)
            case (nil, true): remove(page, index)
            case (nil, false): break
            }
        }
    }

    /// Lets `change` change a value where it lies; nil when there is none.
    mutating func update<Result, E: Error>(
        _ key: Key, _ change: (inout Value) throws(E) -> Result
    ) throws(E) -> Result? {
        let (page, index, isThere) = place(of: key)
        return isThere ? try change(&pages[page].values[index]) : nil
    }

    private mutating func insert(_ value: Value, _ key: Key, _ page: Int, _ index: Int) {
        count += 1
        var (page, index) = (page, index)
        if pages.isEmpty || pages[page].keys.count == Self.most {
            // Behind everything, pages get full; elsewhere, both halves can grow.
            let isAtEnd = page + 1 >= pages.count && (pages.isEmpty || index == Self.most)
            let start = isAtEnd ? index : Self.most / 2
            var next = Page()
            next.keys.reserveCapacity(Self.most)
            next.values.reserveCapacity(Self.most)
            if !isAtEnd {
                next.keys += pages[page].keys[start...]
                next.values += pages[page].values[start...]
                pages[page].keys.removeSubrange(start...)
                pages[page].values.removeSubrange(start...)
            }
            let place = pages.isEmpty ? 0 : page + 1
            pages.insert(next, at: place)
            firsts.insert(next.keys.first ?? key, at: place)
            if isAtEnd || index > start { (page, index) = (place, index - start) }
        }
        pages[page].keys.insert(key, at: index)
        pages[page].values.insert(value, at: index)
        if index == 0 { firsts[page] = key }
    }

    private mutating func remove(_ page: Int, _ index: Int) {
        count -= 1
        pages[page].keys.remove(at: index)
        pages[page].values.remove(at: index)
        if let first = pages[page].keys.first {
            firsts[page] = first
        } else {
            pages.remove(at: page)
            firsts.remove(at: page)
        }
    }
}

extension SortedTable: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (Key, Value)...) { for (key, value) in elements { self[key] = value } }
}
