import Interchange
import OneTimePassword
import Testing

/// The values are those of RFC 6030: figures 2, 5, 6, 7 and 10.
@Suite struct PSKCTests {
    private let seed = "3132333435363738393031323334353637383930"

    private func container(_ head: String, _ keys: String) -> [UInt8] {
        Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <pskc:KeyContainer Version="1.0" xmlns:pskc="urn:ietf:params:xml:ns:keyprov:pskc"
              xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">\(head)\(keys)</pskc:KeyContainer>
            """.utf8)
    }

    private func key(
        _ secret: String, algorithm: String = "hotp", id: String = "12345678", parameters: String = "",
        data: String = "",
        policy: String = ""
    ) -> String {
        """
        <pskc:KeyPackage><pskc:DeviceInfo><pskc:Manufacturer>Maker</pskc:Manufacturer>
        <pskc:SerialNo>987654321</pskc:SerialNo></pskc:DeviceInfo>
        <pskc:Key Id="\(id)" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:\(algorithm)"><pskc:Issuer>Issuer</pskc:Issuer>
        <pskc:AlgorithmParameters>\(parameters)<pskc:ResponseFormat Length="8" Encoding="DECIMAL"/>
        </pskc:AlgorithmParameters><pskc:Data><pskc:Secret>\(secret)</pskc:Secret>\(data)</pskc:Data>\(policy)</pskc:Key>
        </pskc:KeyPackage>
        """
    }

    private func plain(_ name: String, _ value: String) -> String {
        "<pskc:\(name)><pskc:PlainValue> \(value)\n </pskc:PlainValue></pskc:\(name)>"
    }

    private let bytes = "<pskc:PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=\n  </pskc:PlainValue>"

    private func sealed(_ value: String, mac: String, method: String = "aes128-cbc") -> String {
        """
        <pskc:EncryptedValue>\(cipher(value, method))</pskc:EncryptedValue><pskc:ValueMAC>\(mac)
        </pskc:ValueMAC>
        """
    }

    private func cipher(_ value: String, _ method: String = "aes128-cbc") -> String {
        """
        <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#\(method)"/>
        <xenc:CipherData><xenc:CipherValue> \(value) </xenc:CipherValue></xenc:CipherData>
        """
    }

    private func method(_ key: String) -> String {
        """
        <pskc:MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><pskc:MACKey>\(cipher(key))</pskc:MACKey>
        </pskc:MACMethod>
        """
    }

    @Test("Plain keys: HOTP, TOTP, OCRA") func plainKeys() throws {
        let (format, found) = try read(
            container(
                "",
                key(bytes, data: plain("Counter", "7"))
                    + key(
                        bytes, algorithm: "totp", id: "2", parameters: "<pskc:Suite>HMAC-SHA256</pskc:Suite>",
                        data: plain("Time", "20") + plain("TimeInterval", "60") + plain("TimeDrift", "4"))
                    + key(
                        bytes, algorithm: "ocra", id: "3",
                        parameters: "<pskc:Suite>OCRA-1:HOTP-SHA512-8:C-QN08</pskc:Suite>", data: plain("Counter", "3"))
            ))
        #expect(format == "pskc" && found.problems.isEmpty)
        #expect(found.entries.map(\.key) == [seed, seed, seed] && found.entries.map(\.name) == ["12345678", "2", "3"])
        let hotp = try #require(found.entries[0].parameters)
        #expect(hotp.kind == .hotp && hotp.digits == 8 && hotp.counter == 7 && found.entries[0].issuer == "Issuer")
        let totp = try #require(found.entries[1].parameters)
        #expect(totp.algorithm == .sha256 && totp.period == 60 && totp.start == 20)
        #expect(found.entries[1].lost == ["serial number", "clock drift"])
        let ocra = try #require(found.entries[2].parameters)
        #expect(ocra.kind == .ocra && ocra.suite == "OCRA-1:HOTP-SHA512-8:C-QN08" && ocra.counter == 3)
    }

    @Test("A PIN belongs to the key that names it (figure 5)") func pin() throws {
        let policy = "<pskc:Policy><pskc:PINPolicy PINKeyId=\"p\"/></pskc:Policy>"
        let pin = key("<pskc:PlainValue>MTIzNA==</pskc:PlainValue>", algorithm: "pin", id: "p")
        let suite = "<pskc:Suite>OCRA-1:HOTP-SHA1-6:QN08-PSHA1</pskc:Suite>"
        let found = try read(
            container(
                "",
                key(bytes, policy: policy) + key(bytes, algorithm: "ocra", parameters: suite, policy: policy) + pin)
        ).found
        #expect(found.entries.map(\.pin) == ["", "1234"])
        #expect(found.entries[0].lost.contains("PIN") && !found.entries[1].lost.contains("PIN"))
    }

    private var shared: [UInt8] {
        container(
            "<pskc:EncryptionKey><ds:KeyName xmlns:ds=\"x\">Pre-shared-key</ds:KeyName></pskc:EncryptionKey>"
                + method("ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX"),
            key(
                sealed(
                    "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv",
                    mac: "Su+NvtQfmvfJzF6bmQiJqoLRExc="
                ), data: plain("Counter", "0")))
    }

    @Test("A key that both sides have (figure 6), in hexadecimal and in base64") func preshared() throws {
        for password in ["12345678901234567890123456789012", "EjRWeJASNFZ4kBI0VniQEg=="] {
            #expect(try read(shared, password: password).found.entries.map(\.key) == [seed])
        }
        for password in ["12345678901234567890123456789013", "hello", "1234567890123456"] {
            #expect(throws: ConversionError.wrongPassword) { try read(shared, password: password) }
        }
        #expect(throws: ConversionError.passwordNeeded) { try read(shared) }
    }

    private func derived(rounds: String = "1000", mac: String = "LP6xMvjtypbfT9PdkJhBZ+D6O4w=") -> [UInt8] {
        container(
            """
            <pskc:EncryptionKey><xenc11:DerivedKey xmlns:xenc11="http://www.w3.org/2009/xmlenc11#">
            <xenc11:KeyDerivationMethod Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2">
            <pkcs5:PBKDF2-params xmlns:pkcs5="y"><Salt><Specified>Ej7/PEpyEpw=</Specified></Salt>
            <IterationCount>\(rounds)</IterationCount><KeyLength>16</KeyLength><PRF/></pkcs5:PBKDF2-params>
            </xenc11:KeyDerivationMethod></xenc11:DerivedKey></pskc:EncryptionKey>
            """ + method("2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx"),
            key(sealed("oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f", mac: mac)))
    }

    @Test("A password (figure 7)") func password() throws {
        #expect(try read(derived(), password: "qwerty").found.entries.map(\.key) == [seed])
        #expect(throws: ConversionError.wrongPassword) { try read(derived(), password: "qwertz") }
        #expect(throws: ConversionError.wrongPassword) {
            try read(derived(mac: "LP6xMvjtypbfT9PdkJhBZ+D6O5w="), password: "qwerty")
        }
    }

    @Test("2^40 rounds are refused before a password is asked for") func cost() throws {
        #expect(throws: ConversionError.tooExpensive) { try read(derived(rounds: "1099511627776")) }
    }

    @Test("What cannot be computed here is a problem") func problems() throws {
        let found = try read(
            container(
                "",
                key(bytes, algorithm: "securid") + key("", algorithm: "hotp")
                    + key(bytes, algorithm: "totp", data: plain("TimeInterval", "0"))
                    + key("<pskc:PlainValue>***</pskc:PlainValue>"))
        ).found
        #expect(found.entries.isEmpty && found.problems.count == 4)
    }

    @Test("Another version, a certificate, and the names of the drafts") func variants() throws {
        #expect(throws: ConversionError.version("2.0")) { try read(Array("<KeyContainer Version=\"2.0\"/>".utf8)) }
        let certificate = container(
            "<pskc:EncryptionKey><X509Data/></pskc:EncryptionKey>", key(sealed("AAAA", mac: "AAAA")))
        let outcome = Result { () throws(ConversionError) in try read(certificate) }
        guard case .failure(.unsupported) = outcome else {
            Issue.record("a container for a certificate was read")
            return
        }
        let draft = """
            <KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc:1.0"><Device><DeviceInfo>
            <SerialNo>1</SerialNo></DeviceInfo><Key KeyAlgorithm="urn:ietf:params:xml:ns:keyprov:pskc#OCRA-1:HOTP-SHA512-8:C-QN08"
            KeyId="7"><Issuer>I</Issuer><Data><Secret><PlainValue>MTIz</PlainValue></Secret></Data></Key></Device>
            </KeyContainer>
            """
        let found = try read(Array(draft.utf8)).found
        #expect(found.entries.first?.parameters?.suite == "OCRA-1:HOTP-SHA512-8:C-QN08")
        #expect(found.entries.first?.name == "7")
    }
}
