package import Platform
import Wire

extension ClientError {
    /// Locked memory that could not be had.
    package init(_ error: MemoryError) {
        switch error {
        case .cannotLock: self.init(.system, Sentences.memoryNotLocked, remedy: Sentences.raiseMemoryLock)
        case .exhausted: self.init(.system, Sentences.memoryExhausted, remedy: Sentences.raiseMemoryLock)
        case .outOfMemory: self.init(.system, Sentences.outOfMemory)
        }
    }
}
