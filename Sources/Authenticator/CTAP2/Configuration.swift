import CBOR
import Wire

extension CTAP2 {
    private enum Subcommand: Int {
        case toggleAlwaysUv = 2
        case setMinPINLength = 3
    }

    /// authenticatorConfig (CTAP 2.1, section 6.11).
    func configure<Link: AgentLink & ~Copyable>(
        _ parameters: Parameters, link: inout Link
    ) throws(CommandFailure) {
        let number = try parameters.requiredNumber(1)
        guard let subcommand = Subcommand(rawValue: number) else { throw .status(.invalidSubcommand) }
        let arguments = try parameters.map(2)
        guard let authentication = try parameters.authentication(4, version: 3) else {
            throw .status(.verificationRequired)
        }
        var request = KeyConfigurationRequest(
            subcommand == .toggleAlwaysUv ? .toggleVerification : .setShortestPIN)
        if subcommand == .setMinPINLength, let arguments {
            if let shortest = try arguments.number(1) {
                guard let shortest = UInt8(exactly: shortest), shortest > 0 else { throw .status(.pinPolicyViolation) }
                request.shortest = shortest
            }
            if let sites = try arguments.texts(2) {
                guard sites.count <= Limits.pinSites else { throw .status(.keyStoreFull) }
                guard sites.allSatisfy({ 1...Limits.site ~= $0.utf8.count }) else { throw .status(.invalidParameter) }
                (request.hasSites, request.sites) = (true, sites)
            }
            if try arguments.flag(3) == true {
                guard try pinState(link: &link).isSet else { throw .status(.pinNotSet) }
                request.mustChange = true
            }
        }
        request.message = [UInt8](repeating: 0xFF, count: 32) + [0x0D, UInt8(number)]
        if let arguments = parameters.map[2] { request.message += CBORWriter.write(arguments) }
        guard request.message.count <= Limits.tokenMessage else { throw .status(.pinAuthInvalid) }
        request.authentication = authentication
        let _: KeyConfigurationReply = try link.ask(request)
    }
}
