import CLinux

// A module of PAM (pam_fob(8)): what has opened the login is tried on the user's vault, by a process that has become the user.
// The login goes on without waiting for it, and never depends on it: each function answers that it is to be ignored.

/// The words behind the module in a file of pam.d(5). Those that are not known are passed over: no mistake keeps anybody out.
@unsafe private struct Options {
    var servesRoot = false
    /// What systemd keeps for this machine, and not the password.
    var isByMachine = false
    var socket: UnsafePointer<CChar>?

    init(_ count: Int32, _ words: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        guard let words = unsafe words else { return }
        for index in 0..<Int(count) {
            guard let word = unsafe words[index] else { continue }
            if unsafe strcmp(word, "root") == 0 {
                unsafe servesRoot = true
            } else if unsafe strcmp(word, "machine") == 0 {
                unsafe isByMachine = true
            } else if unsafe strncmp(word, "socket=", 7) == 0 {
                unsafe socket = word + 7
            }
        }
    }

    /// Whoever logs in, if this module is for them.
    func user(of login: OpaquePointer) -> fob_user? {
        var user = fob_user()
        guard unsafe fob_find_user(login, &user) == 0, unsafe servesRoot || user.number != 0 else { return nil }
        return user
    }
}

/// Seconds after which a vault that has not answered is left alone.
private let patience: UInt32 = 20
private let usualSocket: StaticString = "/run/user/%U/fob/agent.sock"
private let name: StaticString = "fob-password"

/// Keeps the password for ``openSession``, or ``setCredentials``. Nobody is asked for one.
@_cdecl("pam_sm_authenticate")
public func authenticate(
    _ login: OpaquePointer?, _: Int32, _ count: Int32, _ words: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> Int32 {
    let options = unsafe Options(count, words)
    var password: UnsafeRawPointer?
    guard let login = unsafe login, !(unsafe options.isByMachine), let user = unsafe options.user(of: login),
        unsafe pam_get_item(login, PAM_AUTHTOK, &password) == PAM_SUCCESS, let password = unsafe password,
        let kept = unsafe fob_keep(user.number, password.assumingMemoryBound(to: CChar.self))
    else { return PAM_IGNORE }
    if unsafe pam_set_data(login, name.characters, kept, forget) != PAM_SUCCESS { unsafe fob_forget(kept) }
    return PAM_IGNORE
}

/// A screen that was locked is opened again. At a login the user's agent is not there before the session.
@_cdecl("pam_sm_setcred")
public func setCredentials(
    _ login: OpaquePointer?, _ flags: Int32, _ count: Int32, _ words: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> Int32 {
    guard let login = unsafe login else { return PAM_IGNORE }
    let flags = UInt32(bitPattern: flags)
    if flags & (PAM_REINITIALIZE_CRED | PAM_REFRESH_CRED) != 0 {
        unsafe unlock(login, Options(count, words), isSession: false)
    } else if flags & PAM_DELETE_CRED != 0 {
        _ = unsafe pam_set_data(login, name.characters, nil, nil)
    }
    return PAM_IGNORE
}

/// Has the user's vault opened, by what ``authenticate`` has kept, or by what systemd keeps.
@_cdecl("pam_sm_open_session")
public func openSession(
    _ login: OpaquePointer?, _: Int32, _ count: Int32, _ words: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> Int32 {
    guard let login = unsafe login else { return PAM_IGNORE }
    unsafe unlock(login, Options(count, words), isSession: true)
    return PAM_IGNORE
}

/// Nothing is to be done: the vault is locked by its own times, or by fob-session(1).
@_cdecl("pam_sm_close_session")
public func closeSession(
    _: OpaquePointer?, _: Int32, _: Int32, _: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> Int32 { PAM_IGNORE }

/// What libpam calls for what is kept when a login ends.
private let forget: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32) -> Void = { _, kept, _ in
    if let kept = unsafe kept { unsafe fob_forget(kept.assumingMemoryBound(to: fob_kept.self)) }
}

extension StaticString {
    fileprivate var characters: UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

/// Has a process of its own try to open the vault, and forgets the password.
private func unlock(_ login: OpaquePointer, _ options: Options, isSession: Bool) {
    var data: UnsafeRawPointer?
    _ = unsafe pam_get_data(login, name.characters, &data)
    let kept = unsafe data.map { unsafe $0.assumingMemoryBound(to: fob_kept.self) }
    defer { if unsafe kept != nil { _ = unsafe pam_set_data(login, name.characters, nil, nil) } }
    guard let user = unsafe options.user(of: login) else { return }
    if unsafe options.isByMachine {
        guard isSession else { return }
    } else {
        // sudo(8) asks one user for a password, and opens a session of another, whose programs must not hear it.
        guard let kept = unsafe kept, unsafe kept.pointee.user == user.number else { return }
    }
    guard fob_leave() == 0 else { return }
    unsafe tryVault(of: user, options, kept)
    _exit(0)
}

/// In the new process: all that can take its time, or fail.
private func tryVault(of user: fob_user, _ options: Options, _ kept: UnsafePointer<fob_kept>?) {
    var user = user
    guard fob_shed(patience) == 0 else { return }
    // Another copy: that memory is locked is not inherited.
    let own =
        unsafe options.isByMachine
        ? unsafe fob_unseal(user.number) : unsafe kept.flatMap { unsafe fob_keep(user.number, fob_secret($0)) }
    guard let secret = unsafe own, unsafe fob_become(&user) == 0 else { return }
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 108) { path in
        guard let path = path.baseAddress,
            unsafe fob_expand(options.socket ?? usualSocket.characters, &user, path, 108) == 0,
            var agent = try? unsafe AgentConversation(at: path)
        else { return }
        try? unsafe agent.begin(
            unlocking: fob_secret(secret), as: options.isByMachine ? .identity : .passphrase)
    }
    unsafe fob_forget(secret)
}
