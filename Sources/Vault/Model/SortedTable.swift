/// What tables are sorted by.
protocol TableKey: Comparable, Sendable {
    /// The same as `<`, in this module: the compiler sees into it, and a look for a key is a dozen of them.
    static func isBelow(_ a: Self, _ b: Self) -> Bool
}

extension TableKey {
    @inline(__always) static func isBelow(_ a: Self, _ b: Self) -> Bool { a < b }
}

extension Identifier: TableKey {
    @inline(__always) static func isBelow(_ a: Identifier, _ b: Identifier) -> Bool {
        UInt128(a.high) << 64 | UInt128(a.low) < UInt128(b.high) << 64 | UInt128(b.low)
    }
}

/// Values in the order of their keys, on pages. Copies share their pages, and a change copies the page that it is on: a
/// dictionary would be copied as a whole, and with it what each of its values holds, at the first change after each save.
struct SortedTable<Key: TableKey, Value: Sendable>: Sendable, Sequence {
    fileprivate struct Page: Sendable {
        var keys: [Key] = []
        var values: [Value] = []
        /// Another one once the page is no longer the same as its copies.
        var mark = PageMark()
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
        return (page, index, index < pages[page].keys.count && !Key.isBelow(key, pages[page].keys[index]))
    }

    /// How many of `keys` are below `key`, or not above it.
    private static func bound(_ keys: [Key], _ key: Key, isIncluded: Bool) -> Int {
        let keys = keys.span
        // Most of what is added comes in order.
        if let last = keys.indices.last, Key.isBelow(keys[last], key) { return keys.count }
        // Nobody can foretell which half it is: without a branch the processor need not.
        var (low, left) = (0, keys.count)
        while left > 0 {
            let half = left / 2
            let other = keys[low + half]
            let isBehind = isIncluded ? Key.isBelow(key, other) : !Key.isBelow(other, key)
            low = isBehind ? low : low + half + 1
            left = isBehind ? half : left - half - 1
        }
        return low
    }

    /// Lends a value to `use`; nil when there is none. Nothing of it is retained for that.
    @inline(__always)
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

    /// Lends the values of one page after the other, in order.
    @inline(__always)
    func eachPage(_ use: (Span<Value>) -> Void) { for page in pages { use(page.values.span) } }

    /// Lends what this table or `other` has, in the order of the keys: one step for each key, whichever has it.
    ///
    /// - Parameters:
    ///   - passesShared: pages that both share, on which nothing is different, are passed over.
    ///   - isKnown: what `other` alone has and nobody asks about: it is not retained.
    func each<E: Error>(
        beside other: SortedTable, passingShared passesShared: Bool = false,
        but isKnown: (_ their: Value) -> Bool = { _ in false },
        _ use: (_ key: Key, _ value: Value?, _ their: Value?) throws(E) -> Void
    ) throws(E) {
        var (page, index) = (0, 0)
        /// Lends what `other` has below a key, or all that is left of it; whether it has something at that key.
        func lendOthers(below key: Key?) throws(E) -> Bool {
            while page < other.pages.count {
                guard index < other.pages[page].keys.count else {
                    (page, index) = (page + 1, 0)
                    continue
                }
                let next = other.pages[page].keys[index]
                if let key, !Key.isBelow(next, key) { return !Key.isBelow(key, next) }
                if !isKnown(other.pages[page].values[index]) { try use(next, nil, other.pages[page].values[index]) }
                index += 1
            }
            return false
        }
        for own in pages {
            if passesShared, try lendOthers(below: own.keys[0]), index == 0, other.pages[page].mark === own.mark {
                page += 1
                continue
            }
            for place in own.keys.indices {
                let isThere = try lendOthers(below: own.keys[place])
                try use(own.keys[place], own.values[place], isThere ? other.pages[page].values[index] : nil)
                if isThere { index += 1 }
            }
        }
        _ = try lendOthers(below: nil)
    }

    /// Finds values of keys that are asked for in their order, with one walk through the table.
    struct Finder {
        private let pages: [Page]
        private var (page, index) = (0, 0)

        fileprivate init(_ pages: [Page]) { self.pages = pages }

        /// The value at a key above those before; nil when there is none.
        mutating func value(at key: Key) -> Value? {
            while page < pages.count {
                let keys = pages[page].keys
                while index < keys.count, Key.isBelow(keys[index], key) { index += 1 }
                if index < keys.count { return Key.isBelow(key, keys[index]) ? nil : pages[page].values[index] }
                (page, index) = (page + 1, 0)
            }
            return nil
        }
    }

    func finder() -> Finder { Finder(pages) }

    /// Lends the keys from `first` on to `use`, until that wants no more.
    @inline(__always)
    func eachKey(from first: Key, _ use: (Key) -> Bool) {
        var (page, index, _) = place(of: first)
        while page < pages.count {
            let keys = pages[page].keys
            while index < keys.count {
                guard use(keys[index]) else { return }
                index += 1
            }
            (page, index) = (page + 1, 0)
        }
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
            case (let value?, true):
                willChange(page)
                pages[page].values[index] = value
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
        guard isThere else { return nil }
        willChange(page)
        return try change(&pages[page].values[index])
    }

    private mutating func willChange(_ page: Int) {
        if !isKnownUniquelyReferenced(&pages[page].mark) { pages[page].mark = PageMark() }
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
                willChange(page)
                pages[page].keys.removeSubrange(start...)
                pages[page].values.removeSubrange(start...)
            }
            let place = pages.isEmpty ? 0 : page + 1
            pages.insert(next, at: place)
            firsts.insert(next.keys.first ?? key, at: place)
            if isAtEnd || index > start { (page, index) = (place, index - start) }
        }
        willChange(page)
        pages[page].keys.insert(key, at: index)
        pages[page].values.insert(value, at: index)
        if index == 0 { firsts[page] = key }
    }

    private mutating func remove(_ page: Int, _ index: Int) {
        count -= 1
        willChange(page)
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

extension SortedTable {
    /// The values of files come in the order of their keys, which saves the search for each one's place.
    ///
    /// - Parameters:
    ///   - values: no two of them with one key.
    ///   - other: a table of which whole pages are the same mostly: those are shared.
    ///   - isSame: whether two values of one key are the same.
    init(
        _ values: consuming [Value], by key: (Value) -> Key, sharing other: SortedTable = SortedTable(),
        where isSame: (Value, Value) -> Bool = { _, _ in false }
    ) {
        guard Self.isSorted(values.span, by: key) else {
            for value in values { self[key(value)] = value }
            return
        }
        count = values.count
        guard !other.isEmpty else {
            fill(values, by: key)
            return
        }
        // Looked at in a span, none of them is retained.
        let list = values.span
        var (start, theirs) = (0, 0)
        while start < list.count {
            let first = key(list[start])
            while theirs < other.pages.count, Key.isBelow(other.firsts[theirs], first) { theirs += 1 }
            if theirs < other.pages.count, !Key.isBelow(first, other.firsts[theirs]) {
                let page = other.pages[theirs]
                theirs += 1
                var same = 0
                while same < page.keys.count, start + same < list.count,
                    page.keys[same] == key(list[start + same]), isSame(page.values[same], list[start + same])
                {
                    same += 1
                }
                if same == page.keys.count {
                    pages.append(page)
                    firsts.append(first)
                    start += page.keys.count
                    continue
                }
            }
            // Up to where a page may be shared again.
            var page = Page()
            page.keys.reserveCapacity(Self.most)
            page.values.reserveCapacity(Self.most)
            repeat {
                page.keys.append(key(list[start]))
                page.values.append(list[start])
                start += 1
            } while start < list.count && page.keys.count < Self.most
                && (theirs == other.pages.count || Key.isBelow(key(list[start]), other.firsts[theirs]))
            pages.append(page)
            firsts.append(first)
        }
    }
}

extension SortedTable {
    private static func isSorted(_ list: Span<Value>, by key: (Value) -> Key) -> Bool {
        list.indices.dropFirst().allSatisfy { Key.isBelow(key(list[$0 - 1]), key(list[$0])) }
    }

    /// Makes pages of sorted values, from the last one on: what an array gives up at its end need not be retained.
    private mutating func fill(_ values: consuming [Value], by key: (Value) -> Key) {
        while !values.isEmpty {
            var page = Page()
            page.keys.reserveCapacity(Self.most)
            page.values.reserveCapacity(Self.most)
            // Only the last page is not full.
            for _ in 0...(values.count - 1) % Self.most {
                let value = values.removeLast()
                page.keys.append(key(value))
                page.values.append(value)
            }
            page.keys.reverse()
            page.values.reverse()
            firsts.append(page.keys[0])
            pages.append(page)
        }
        pages.reverse()
        firsts.reverse()
    }
}

/// What tells a page of a table from others.
private final class PageMark: Sendable {}

extension SortedTable: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (Key, Value)...) { for (key, value) in elements { self[key] = value } }
}
