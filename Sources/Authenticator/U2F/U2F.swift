import Encodings
package import Wire

/// U2F (CTAP1), for clients that know nothing newer: FIDO U2F raw message formats 1.2, over CTAPHID.
///
/// U2F has no report that says "a human is asked". Its clients send a message again and again until it is answered:
/// meanwhile they are told that a touch is missing, and the question to the owner stays.
package struct U2F: Sendable {
    /// Milliseconds that a message waits for the owner before the client is told to come again.
    static let waitMilliseconds: UInt64 = 200
    /// Milliseconds after which a client that does not come again no longer wants an answer.
    static let patienceMilliseconds: UInt64 = 3000

    private enum Question {
        /// The agent asks the owner.
        case pending(UInt32)
        /// The owner has said no, or nobody answered: the client's next tries ask nobody.
        case refused
    }

    private let requester: KeyRequester
    private var question: (message: [UInt8], question: Question, last: UInt64)?

    /// - Parameter requester: for whom is asked, as far as the service knows.
    package init(requester: KeyRequester = KeyRequester()) { self.requester = requester }

    /// The moment at which ``expire(now:link:)`` is due, in the milliseconds of `now`.
    package var deadline: UInt64? { question.map { $0.last + Self.patienceMilliseconds } }

    /// Ends a question whose client has not come again.
    package mutating func expire<Link: AgentLink & ~Copyable>(now: UInt64, link: inout Link) {
        guard let deadline, now >= deadline else { return }
        forget(link: &link)
    }

    /// Ends the question that its client has not come back for yet.
    mutating func forget<Link: AgentLink & ~Copyable>(link: inout Link) {
        if case .pending(let request)? = question?.question { link.drop(request) }
        question = nil
    }

    // MARK: - Messages

    /// The answer to a message of CTAPHID, with its status at the end; nil when nobody awaits it any more.
    package mutating func answer<Link: AgentLink & ~Copyable>(
        _ message: [UInt8], now: UInt64, link: inout Link
    ) -> [UInt8]? {
        do throws(MessageFailure) {
            guard let command = APDU(message) else { throw .status(.wrongLength) }
            guard command.instructionClass == 0 else { throw .status(.classNotSupported) }
            if question?.message != message { forget(link: &link) }
            switch command.instruction {
            case 1: return try register(command, message, now: now, link: &link) + Status.success.bytes
            case 2: return try authenticate(command, message, now: now, link: &link) + Status.success.bytes
            case 3:
                guard command.data.isEmpty else { throw .status(.wrongLength) }
                return Array("U2F_V2".utf8) + Status.success.bytes
            default: throw .status(.instructionNotSupported)
            }
        } catch {
            switch error {
            case .status(let status): return status.bytes
            case .abandoned: return nil
            }
        }
    }

    /// U2F_REGISTER: `challenge | application`.
    private mutating func register<Link: AgentLink & ~Copyable>(
        _ command: APDU, _ message: [UInt8], now: UInt64, link: inout Link
    ) throws(MessageFailure) -> [UInt8] {
        guard command.data.count == 64 else { throw .status(.wrongLength) }
        var key = NewKey(.u2f, site: Self.site(command.data[32...]), algorithms: [.es256])
        key.clientData = Array(command.data[..<32])
        key.requester = requester
        let made = try asked(KeyCreateRequest(key), for: KeyCreatedReply.self, message, now: now, link: &link)
        // U2F has one byte for the length.
        guard made.credential.count <= 255 else { throw .status(.other) }
        return [5, 4] + made.publicKey + [UInt8(made.credential.count)] + made.credential + made.certificate
            + made.signature
    }

    /// U2F_AUTHENTICATE: `challenge | application | length | key handle`.
    private mutating func authenticate<Link: AgentLink & ~Copyable>(
        _ command: APDU, _ message: [UInt8], now: UInt64, link: inout Link
    ) throws(MessageFailure) -> [UInt8] {
        let data = command.data
        guard data.count >= 65, data.count == 65 + Int(data[64]), data.count > 65,
            let challenge = Digest(array: Array(data[..<32]))
        else { throw .status(.wrongLength) }
        // "Do not enforce" is no way around the owner; only "check" asks nobody, and gives nothing away but that the
        // key is here.
        let isCheck = command.parameter == 7
        guard isCheck || command.parameter == 3 || command.parameter == 8 else { throw .status(.wrongData) }
        let request = KeyAssertRequest(
            .u2f, site: Self.site(data[32..<64]), clientDataHash: challenge, allowed: [Array(data[65...])],
            flags: isCheck ? [] : .presence, requester: requester)
        if isCheck {
            let _: KeyAssertionReply = try finished(begun(request, link: &link), link: &link)
            throw .status(.conditionsNotSatisfied)
        }
        let assertion = try asked(request, for: KeyAssertionReply.self, message, now: now, link: &link)
        guard assertion.authenticatorData.count >= 37 else { throw .status(.other) }
        return assertion.authenticatorData[32..<37] + assertion.signature
    }

    /// SHA-256 of the application, as the agent's protocol writes it.
    private static func site(_ hash: ArraySlice<UInt8>) -> String {
        BaseEncoding.base16.text(hash.span)
    }

    // MARK: - Questions to the owner

    /// The reply to what is asked with `message`, which the client may be sending for the second time.
    private mutating func asked<M: PlainMessage, R: Message, Link: AgentLink & ~Copyable>(
        _ request: M, for reply: R.Type, _ message: [UInt8], now: UInt64, link: inout Link
    ) throws(MessageFailure) -> R {
        let number: UInt32
        switch question?.question {
        case .refused?:
            question?.last = now
            throw .status(.conditionsNotSatisfied)
        case .pending(let pending)?: number = pending
        case nil: number = try begun(request, link: &link)
        }
        question = (message, .pending(number), now)
        let found: R?
        do throws(LinkFailure) {
            found = try link.wait(for: number, .userPresenceNeeded, milliseconds: Self.waitMilliseconds, reply: reply)
        } catch {
            switch error {
            case .refused(.denied), .refused(.expired): question = (message, .refused, now)
            default: question = nil
            }
            throw MessageFailure(error)
        }
        guard let found else { throw .status(.conditionsNotSatisfied) }
        question = nil
        return found
    }

    private func begun<M: PlainMessage, Link: AgentLink & ~Copyable>(
        _ request: M, link: inout Link
    ) throws(MessageFailure) -> UInt32 {
        do throws(LinkFailure) { return try link.begin(request) } catch { throw MessageFailure(error) }
    }

    private func finished<R: Message, Link: AgentLink & ~Copyable>(
        _ request: UInt32, link: inout Link
    ) throws(MessageFailure) -> R {
        do throws(LinkFailure) {
            if let reply = try link.wait(for: request, .processing, milliseconds: nil, reply: R.self) { return reply }
        } catch {
            throw MessageFailure(error)
        }
        throw .status(.other)
    }
}

/// Why a U2F message has no good answer.
private enum MessageFailure: Error {
    case status(Status)
    /// Nobody awaits an answer.
    case abandoned

    init(_ failure: LinkFailure) {
        switch failure {
        case .abandoned: self = .abandoned
        case .refused(.noKey), .refused(.notFound), .refused(.badInput): self = .status(.wrongData)
        // Nobody has touched it; the client will ask again.
        case .refused(.denied), .refused(.expired), .refused(.cancelled), .refused(.locked), .refused(.noVault):
            self = .status(.conditionsNotSatisfied)
        case .refused: self = .status(.other)
        }
    }
}

/// The last two bytes of an answer (ISO 7816-4).
enum Status: UInt16 {
    case success = 0x9000
    case wrongLength = 0x6700
    case conditionsNotSatisfied = 0x6985
    case wrongData = 0x6A80
    case instructionNotSupported = 0x6D00
    case classNotSupported = 0x6E00
    case other = 0x6F00

    var bytes: [UInt8] { [UInt8(rawValue >> 8), UInt8(rawValue & 0xFF)] }
}
