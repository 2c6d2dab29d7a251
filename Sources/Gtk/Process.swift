import CGtk

/// Another program, which asks its user in windows of its own. The application stays until it has ended.
@safe
package final class Process {
    /// What it has written at its end.
    package struct Outcome: Sendable {
        /// Its exit status; 128 and more: a signal.
        package let status: Int32
        package let output: String
        package let errors: String

        package init(status: Int32, output: String, errors: String) {
            (self.status, self.output, self.errors) = (status, output, errors)
        }
    }

    private let child: OpaquePointer
    private let take: (Outcome) -> Void

    private init(_ child: OpaquePointer, _ take: @escaping (Outcome) -> Void) {
        unsafe self.child = child
        self.take = take
        fob_stay(1)
    }

    deinit { unsafe fob_release(UnsafeMutableRawPointer(child)) }

    /// Starts a program, and calls `take` at its end.
    ///
    /// - Parameters:
    ///   - words: its path and arguments; never a secret.
    ///   - input: what it reads on its standard input; nil for nothing.
    /// - Returns: what ends it early; nil when it could not be started, of which `take` is told.
    @discardableResult
    package static func run(
        _ words: [String], input: String? = nil, _ take: @escaping (Outcome) -> Void
    ) -> (() -> Void)? {
        var error: UnsafeMutablePointer<GError>?
        guard let child = unsafe withList(words, { unsafe fob_start($0, input == nil ? 0 : 1, &error) }) else {
            let reason = unsafe error.map { unsafe String(cString: $0.pointee.message) } ?? ""
            unsafe g_clear_error(&error)
            take(Outcome(status: 127, output: "", errors: reason))
            return nil
        }
        let process = unsafe Process(child, take)
        unsafe g_subprocess_communicate_utf8_async(
            child, input, nil,
            { _, result, data in
                guard let data = unsafe data else { return }
                unsafe Unmanaged<Process>.fromOpaque(data).takeRetainedValue().end(result)
            }, Unmanaged.passRetained(process).toOpaque())
        return { [process] in unsafe g_subprocess_force_exit(process.child) }
    }

    @unsafe
    private func end(_ result: OpaquePointer?) {
        defer { fob_stay(0) }
        var (output, errors): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?) = (nil, nil)
        var problem: UnsafeMutablePointer<GError>?
        _ = unsafe g_subprocess_communicate_utf8_finish(child, result, &output, &errors, &problem)
        defer { unsafe g_free(output) }
        defer { unsafe g_free(errors) }
        // It has not read its input, or has written what is no text; it may be running yet.
        if let reason = unsafe problem.map({ unsafe String(cString: $0.pointee.message) }) {
            unsafe g_clear_error(&problem)
            return take(Outcome(status: 127, output: "", errors: reason))
        }
        let status =
            unsafe g_subprocess_get_if_exited(child) != 0
            ? g_subprocess_get_exit_status(child) : 128 + g_subprocess_get_term_sig(child)
        unsafe take(
            Outcome(
                status: status, output: output.map { unsafe String(cString: $0) } ?? "",
                errors: errors.map { unsafe String(cString: $0) } ?? ""))
    }
}
