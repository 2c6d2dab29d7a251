import Client
import Platform
import Wire

// A bus that may not be there, and an agent that may not run.

extension Optional where Wrapped == Bus, Wrapped: ~Copyable {
    var isThere: Bool {
        switch self {
        case .some: true
        case nil: false
        }
    }

    var descriptor: Int32? {
        switch self {
        case .some(let bus): bus.descriptor
        case nil: nil
        }
    }

    var timeout: Int32? {
        switch self {
        case .some(let bus): bus.timeout
        case nil: nil
        }
    }

    func next() throws(SystemError) -> SessionSignal? {
        switch self {
        case .some(let bus): try bus.next()
        case nil: nil
        }
    }

    func delaySleep(_ why: String) -> FileDescriptor? {
        switch self {
        case .some(let bus): bus.delaySleep(why)
        case nil: nil
        }
    }

    var longestDelay: Int64? {
        switch self {
        case .some(let bus): bus.longestDelay
        case nil: nil
        }
    }

    func notify(_ slot: Int, _ summary: String, _ body: String) {
        switch self {
        case .some(let bus): bus.notify(slot, summary, body, action: Sentences.show)
        case nil: break
        }
    }

    func askShortcut(_ description: String) {
        switch self {
        case .some(let bus): bus.askShortcut(description)
        case nil: break
        }
    }

    func askTray() {
        switch self {
        case .some(let bus): bus.askTray()
        case nil: break
        }
    }

    func show(_ tray: Tray) {
        switch self {
        case .some(let bus): bus.show(tray)
        case nil: break
        }
    }

    func copy(_ account: Identifier) {
        switch self {
        case .some(let bus): bus.copy(account)
        case nil: break
        }
    }

    func showWindow() {
        switch self {
        case .some(let bus): bus.showWindow()
        case nil: break
        }
    }

    func takeAway(_ slot: Int) {
        switch self {
        case .some(let bus): bus.takeAway(slot)
        case nil: break
        }
    }
}

/// What an agent has said, or that it says nothing any more.
enum Heard {
    case event(AgentEvent)
    case end
}

extension Optional where Wrapped == Connection, Wrapped: ~Copyable {
    mutating func eventThatCame() -> Heard? {
        guard var connection = take() else { return nil }
        do throws(ClientError) {
            let event = try connection.eventThatCame()
            self = .some(connection)
            return event.map { .event($0) }
        } catch { return .end }
    }
}
