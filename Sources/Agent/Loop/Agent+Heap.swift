import Platform

extension Agent {
    /// Gives back what the workers' jobs have left unused in the heap, once there was none for a while.
    func trimWhenIdle() {
        if let trimTimer { timers.cancel(trimTimer) }
        trimTimer = timers.add(at: now + AgentLimits.trimMilliseconds) { [unowned self] in
            trimTimer = nil
            if completions.count == 0 { Memory.trimHeap() }
        }
    }
}
