import CLinux

/// The resident keys: those that can be found without a file of theirs. `result` and `count` are set when 0 is returned.
@_cdecl("sk_load_resident_keys")
public func loadResidentKeys(
    _ pin: UnsafePointer<CChar>?, _ options: UnsafePointer<UnsafeMutablePointer<fob_option>?>?,
    _ result: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<fob_resident_key>?>?>?,
    _ count: UnsafeMutablePointer<Int>?
) -> Int32 {
    Provider.status { () throws(ProviderError) in
        guard let result = unsafe result, let count = unsafe count else { throw .unsupported }
        _ = try unsafe Provider.user(options)
        var entries: [KeyEntry] = []
        var agent = try Provider.agent()
        try unsafe agent.begin(unlocking: pin)
        try agent.keys(.prefix("ssh:")) { entry in
            if entry.flags.contains(.discoverable), !entry.flags.contains(.needsVerification) {
                entries.append(entry)
            }
        }
        // One more than is needed: no keys are no failure.
        let size = unsafe MemoryLayout<UnsafeMutablePointer<fob_resident_key>?>.stride
        guard let memory = unsafe calloc(entries.count + 1, size) else { throw .general }
        let list = unsafe memory.assumingMemoryBound(to: UnsafeMutablePointer<fob_resident_key>?.self)
        do throws(ProviderError) {
            for (index, entry) in entries.enumerated() { unsafe list[index] = try unsafe residentKey(entry) }
        } catch {
            for index in entries.indices {
                if let key = unsafe list[index] { unsafe release(key) }
            }
            unsafe free(memory)
            throw error
        }
        unsafe result.pointee = list
        unsafe count.pointee = entries.count
    }
}

private func residentKey(_ entry: KeyEntry) throws(ProviderError) -> UnsafeMutablePointer<fob_resident_key> {
    guard let memory = unsafe calloc(1, MemoryLayout<fob_resident_key>.size) else { throw .general }
    let key = unsafe memory.assumingMemoryBound(to: fob_resident_key.self)
    do throws(ProviderError) {
        unsafe key.pointee.algorithm = Provider.number(entry.algorithm)
        unsafe key.pointee.flags = entry.flags.contains(.alwaysVerify) ? Provider.verification : 0
        unsafe key.pointee.key.flags = key.pointee.flags | Provider.presence | Provider.resident
        let application = try unsafe Provider.copy(Array(entry.site.utf8) + [0])
        unsafe key.pointee.application = UnsafeMutableRawPointer(application.start)?.assumingMemoryBound(to: CChar.self)
        unsafe key.pointee.key.public_key = try Provider.publicKey(entry.algorithm, entry.publicKey)
        unsafe key.pointee.key.key_handle = try Provider.copy(entry.credential)
        unsafe key.pointee.user = try Provider.copy(entry.userHandle)
    } catch {
        unsafe release(key)
        throw error
    }
    return unsafe key
}

private func release(_ key: UnsafeMutablePointer<fob_resident_key>) {
    unsafe free(key.pointee.application)
    unsafe Provider.release(key.pointee.key)
    unsafe free(key.pointee.user.start)
    unsafe free(key)
}

extension AgentConversation {
    /// Shows all keys of that filter, page by page.
    mutating func keys(_ filter: KeyFilter, _ body: (KeyEntry) -> Void) throws(ProviderError) {
        var start: UInt32 = 0
        repeat {
            let request = KeyListRequest(filter, start: start)
            let page = try self.request(KeysReply.self) {
                (id: UInt32, output: inout OutputSpan<UInt8>) throws(WireError) in
                try Frame.append(request, id: id, into: &output)
            }
            for entry in page.keys { body(entry) }
            // An agent that goes round in circles is not followed.
            guard page.next == 0 || page.next > start else { throw .general }
            start = page.next
        } while start != 0
    }
}
