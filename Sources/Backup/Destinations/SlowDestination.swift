import Platform

/// A destination that tells a person at the terminal what takes long there.
struct SlowDestination: Destination {
    private let inner: any Destination
    private let place: String

    init(_ inner: any Destination, place: String) {
        self.inner = inner
        self.place = String(place.prefix(40))
    }

    var canDelete: Bool { inner.canDelete }
    var identity: String? { inner.identity }

    func list(cleaning cleans: Bool) throws(DestinationError) -> [StoredFile] {
        try ProgressLine.during(Sentences.listing(place)) { () throws(DestinationError) in
            try inner.list(cleaning: cleans)
        }
    }

    func put(_ file: LocalFile) throws(DestinationError) {
        try ProgressLine.during(Sentences.uploading(place)) { () throws(DestinationError) in try inner.put(file) }
    }

    func replace(_ file: LocalFile) throws(DestinationError) {
        try ProgressLine.during(Sentences.uploading(place)) { () throws(DestinationError) in try inner.replace(file) }
    }

    func get(_ name: StoredName) throws(DestinationError) -> [UInt8]? {
        try ProgressLine.during(Sentences.readingBack(place)) { () throws(DestinationError) in try inner.get(name) }
    }

    func delete(_ name: StoredName) throws(DestinationError) {
        try ProgressLine.during(Sentences.removing(place)) { () throws(DestinationError) in try inner.delete(name) }
    }
}
