import ArgumentParser
import Client

/// Help texts and sentences of `fob key ssh`.
extension Help {
    static let keySSH = tr("Make a key for ssh and print its public line.")
    static let keySSHDiscussion = tr(
        """
        The line goes into ~/.ssh/authorized_keys, or to a service; the key stays in the agent. ssh uses it through \
        fob-authenticator(1). Making it needs a confirmation.
        """)
    static let keySSHName = ArgumentHelp(tr("What the key is called (default: the machine's name)."), valueName: "name")
    static let keySSHType = ArgumentHelp(tr("ed25519 or ecdsa (default: ed25519)."), valueName: "type")
    static let keySSHVerify = ArgumentHelp(tr("Ask for the passphrase at each signature."))
    static let keySSHNoTouch = ArgumentHelp(tr("Sign without asking; servers must allow it (no-touch-required)."))
    static let keySSHApplication = ArgumentHelp(tr("What the key is for, such as ssh:work."), valueName: "ssh:...")
}

extension Sentences {
    static let sshApplication = tr("the application of an ssh key begins with ssh:")
    static let sshVerifyOrNoTouch = tr("a key that asks for the passphrase cannot sign without asking")
}
