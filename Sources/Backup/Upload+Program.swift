import Platform

// The program for readers without fob, beside the backups.
extension Upload {
    /// Sees to it that the program lies there as this release has it: whoever runs it has the records of a backup at hand.
    /// What is not fob's under that name is left alone.
    func bringProgram(_ found: [StoredFile], _ place: any Destination) throws(DestinationError) {
        let bytes = RecordsProgram.file
        let isThere = found.contains { $0.name == .program }
        if isThere {
            let there = try place.get(.program) ?? []
            if there == bytes { return }
            // What was torn is the beginning of it.
            guard RecordsProgram.isFile(there) || bytes.starts(with: there) else {
                throw DestinationError(.taken, Sentences.notOurProgram(RecordsProgram.name))
            }
        }
        let file = try local.temporary(.program, bytes)
        defer { local.dropTemporary() }
        try isThere ? place.replace(file) : place.put(file)
        let came = try place.get(.program)
        guard came == bytes else { throw DestinationError(.altered, Self.difference(came, bytes)) }
    }
}
