/// What is said of hardware security keys.
extension Sentences {
    static let hardwareNotFound = tr("the program fob-hardware, which speaks to security keys, was not found")
    static let noLibrary = tr("the program fob-hardware cannot start: libfido2 is missing")
    static let installHardware =
        tr("install fob-hardware beside fob, and libfido2; Debian has both in the package fob-hardware")
    static func hardwareDied(_ status: Int32) -> String { tr("the program fob-hardware ended with status \(status)") }
    static let hardwareHangs = tr("the program fob-hardware does not answer")
    static let hardwareBadFrame = tr("the program fob-hardware said something that was not understood")
    static let reportHardware = tr("take the security key out and try again; if that happens again, report it")
    static func hardwareSystem(_ detail: String) -> String { tr("the program fob-hardware cannot run: \(detail)") }

    static let noDevice = tr("no security key is plugged in")
    static let plugIn = tr("plug it in, or name it with --device")
    static let severalDevices = tr("several security keys are plugged in")
    static let nameDevice = tr("name one with --device, such as /dev/hidraw0, or take the others out")
    static func notADevice(_ detail: String) -> String { tr("this security key cannot be used: \(detail)") }
    static let deviceRights =
        tr("look at the path, and whether you may read and write it (udev gives that to who sits there)")
    static let devicePinPaused = tr("three wrong PINs in a row: the security key takes no more for now")
    static let takeOut = tr("take the security key out, plug it in, and try again")
    static let devicePinBlocked = tr("the PIN of the security key is blocked: no tries are left")
    static let resetDevice =
        tr("open the vault in another way; after a reset the security key works again, and opens nothing of before")
    static let devicePinNotSet = tr("the security key has no PIN by which it could verify you")
    static let setDevicePin = tr("set one, such as with 'fido2-token -S', or leave out --verify")
    static let deviceNotEnrolled = tr("no security key that is plugged in opens this")
    static let otherDevice = tr("take another security key, or another way in")
    static let deviceTimeout = tr("nobody touched the security key in time")
    static let deviceDenied = tr("the security key refused")
    static let touchSooner = tr("try again, and touch it when it blinks")
    static let deviceUnsuitable = tr("the security key cannot open vaults: it does not know the extension hmac-secret")
    static func deviceBroken(_ detail: String) -> String {
        tr("the security key does not answer as it should: \(detail)")
    }
    static func devicePinWrong(_ tries: UInt8?) -> String {
        guard let tries else { return tr("the PIN of the security key is wrong") }
        return trn(
            Int(tries), "the PIN of the security key is wrong; \(tries) try is left",
            "the PIN of the security key is wrong; \(tries) tries are left")
    }
    static let pinOfDevice = tr(
        "it is the security key's own PIN, not the passphrase; with no tries left it is blocked")
}
