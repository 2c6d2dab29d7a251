import Wire

/// The part of a list that goes into one reply.
struct Page<Entry> {
    private(set) var entries: [Entry] = []
    /// Where the next one begins; 0 when this is the last.
    private(set) var next: UInt32 = 0
    /// Bytes of the entries, and of what is in front of them.
    private(set) var count: Int

    /// The entries of `items` from `start` on that fit.
    ///
    /// - Parameters:
    ///   - head: bytes of the reply in front of the entries that count as the page's.
    ///   - size: bytes of an entry.
    ///   - entry: what an item is in messages; nil for one that is left out.
    init<Items: Collection>(
        of items: Items, from start: UInt32, head: Int = 0, size: (Entry) -> Int, _ entry: (Items.Element) -> Entry?
    ) {
        count = head
        var index = start
        for item in items.dropFirst(Int(start)) {
            if let entry = entry(item) {
                let size = size(entry)
                // The first goes out however long it is, or there would be no end.
                if !entries.isEmpty, count + size > Limits.page || entries.count == Limits.pageEntries {
                    next = index
                    return
                }
                count += size
                entries.append(entry)
            }
            index += 1
        }
    }
}
