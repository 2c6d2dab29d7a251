import Model
import Platform

/// Another program that is run to its end, without a terminal and with a clean environment.
struct Command {
    let program: String
    let arguments: [String]
    /// All of its environment.
    let environment: [String]
    /// For what it says on standard error: a file in it, which is removed afterwards.
    let scratch: Directory
    /// Seconds after which it is ended, with all that it has started.
    let seconds: UInt64
    /// It tidies up after an interruption, and is not interrupted itself.
    var isLast = false

    /// What it wrote and how it ended.
    struct Outcome {
        let status: Int32
        let output: [UInt8]
        /// Its standard error, without credentials.
        let errors: String
    }

    private static let errorLimit = 64 << 10
    private static let errors = ".errors"
    private static let pieceBytes = 64 << 10
    /// Milliseconds between two looks at whether it has ended.
    private static let moment: UInt64 = 100

    /// Runs it.
    ///
    /// - Parameters:
    ///   - input: the number of a descriptor that is its standard input; /dev/null without one.
    ///   - limit: bytes of output that are taken; a program that writes more is ended.
    ///
    /// - Throws: `interrupted` when the user has interrupted it: it is ended then, with all that it has started.
    func run(input: Int32? = nil, limit: Int = 1 << 20) throws(DestinationError) -> Outcome {
        try Interruption.held { () throws(DestinationError) in
            if !isLast { try Interruption.check() }
            let outcome: Outcome
            do throws(DirectoryError) {
                try? scratch.remove(Self.errors)
                let errors = try scratch.openFile(Self.errors, for: .creatingNew)
                outcome = try finished(input, errors.number, limit)
            } catch { throw DestinationError(.other, error.message.text) }
            if outcome.status == Self.interrupted {
                throw DestinationError(.interrupted, Sentences.interrupted)
            }
            return outcome
        }
    }

    /// Failures of the destination travel inside the result, so that the file of errors is always removed.
    private func finished(_ input: Int32?, _ errors: Int32, _ limit: Int) throws(DirectoryError) -> Outcome {
        defer { try? scratch.remove(Self.errors) }
        let (status, output) = try ended(input, errors, limit)
        let said = (try? scratch.read(Self.errors, limit: Self.errorLimit)) ?? []
        return Outcome(
            status: status, output: output, errors: Redaction.redacted(String(decoding: said, as: UTF8.self)))
    }

    /// Statuses of a program that did not come to its own end.
    static let slow: Int32 = -1
    static let tooMuch: Int32 = -2
    private static let interrupted: Int32 = -3

    /// The program has to end at once, because the user wants that.
    private var isInterrupted: Bool { !isLast && Interruption.isRaised }

    private func ended(
        _ input: Int32?, _ errors: Int32, _ limit: Int
    ) throws(DirectoryError) -> (Int32, [UInt8]) {
        let deadline = Clock.sinceBoot + seconds * 1000
        do throws(SystemError) {
            let child = try Child.start(
                program, arguments, environment: environment, input: input.map { .number($0) } ?? .null,
                output: .connected, errors: .number(errors), newSession: true)
            var output: [UInt8] = []
            var status: Int32?
            do throws(SystemError) {
                while !isInterrupted, Clock.sinceBoot < deadline {
                    guard let piece = try piece(of: child, until: status == nil ? deadline : 0) else {
                        // What it has left running, as ssh does to share a connection, may hold its output open.
                        guard status == nil else { break }
                        status = child.poll()
                        continue
                    }
                    output += piece
                    if piece.isEmpty || output.count > limit { break }
                }
            } catch {
                child.killSession()
                _ = child.wait()
                throw error
            }
            guard output.count <= limit else {
                child.killSession()
                _ = child.wait()
                return (Self.tooMuch, [])
            }
            if let status { return (status, output) }
            return (try self.status(of: child, until: deadline), output)
        } catch { throw .system(SystemError(error.call, code: error.code, on: program)) }
    }

    /// What it writes next, empty at the end; nil when nothing came for a moment.
    private func piece(of child: borrowing Child, until deadline: UInt64) throws(SystemError) -> [UInt8]? {
        guard let output = child.outputNumber else { return [] }
        let poll = try Poll()
        try poll.add(output, token: 0, .read)
        if !isLast, let signals = Interruption.number { try poll.add(signals, token: 1, .read) }
        var ready: [Poll.Ready] = []
        let now = Clock.sinceBoot
        let left = deadline > now ? min(deadline - now, Self.moment) : 0
        try poll.wait(milliseconds: Int32(left), into: &ready)
        if isInterrupted || ready.isEmpty { return nil }
        var piece: [UInt8] = []
        try piece.append(addingCapacity: Self.pieceBytes) { (output: inout OutputSpan<UInt8>) throws(SystemError) in
            _ = try child.read(into: &output)
        }
        return piece
    }

    private func status(of child: consuming Child, until deadline: UInt64) throws(SystemError) -> Int32 {
        let poll = try Poll()
        var none: [Poll.Ready] = []
        while true {
            let isEnded = isInterrupted
            guard !isEnded, Clock.sinceBoot < deadline else {
                child.killSession()
                _ = child.wait()
                return isEnded ? Self.interrupted : Self.slow
            }
            if let status = child.poll() { return status }
            try poll.wait(milliseconds: 10, into: &none)
        }
    }
}
