import Testing
import Wire

/// Which origins may use which sites' keys.
@Suite struct OriginTests {
    @Test(
        arguments: [
            "https://github.com", "https://login.example.org:8443", "http://localhost", "http://localhost:8000",
            "https://localhost", "http://app.localhost:81", "https://xn--bcher-kva.example", "https://a_b.example.org",
            "https://example.org:80", "https://com", "https://1.example", "https://1e1.example",
        ])
    func `an origin that browsers write is one`(text: String) {
        #expect(WebOrigin(text)?.text == text)
    }

    @Test(
        arguments: [
            "", "https://", "https:", "github.com", "http://github.com", "HTTPS://github.com", "https://GitHub.com",
            "https://github.com/", "https://github.com/x", "https://github.com:443", "http://localhost:80",
            "https://github.com:0", "https://github.com:08443", "https://github.com:65536", "https://github.com:",
            "https://github.com:x", "https://github.com.", "https://.github.com", "https://a..b",
            "https://u@github.com",
            "https://127.0.0.1", "http://127.0.0.1:8000", "https://[::1]", "https://1", "https://example.0x7f",
            "https://b\u{fc}cher.example", "https://github.com?x", "https://github.com#x", "https://git hub.com",
            "https://github.com\0", "https://github.com\n", "null", "file://", "chrome-extension://abc", "ftp://a.b",
            "moz-extension://abc", "http://localhost.example.org", "http://mylocalhost", "wss://github.com",
            "https://" + String(repeating: "a", count: 64) + ".org",
            "https://" + String(repeating: "a.", count: 126) + "org", "https://github.com%00",
            "https://git\u{200b}hub.com",
        ])
    func `nothing else is an origin`(text: String) { #expect(WebOrigin(text) == nil) }

    @Test(
        arguments: [
            ("https://github.com", "github.com"), ("https://login.github.com", "github.com"),
            ("https://a.b.c.example.org:8443", "c.example.org"), ("http://localhost:8000", "localhost"),
            ("http://app.localhost", "app.localhost"), ("https://xn--bcher-kva.example", "xn--bcher-kva.example"),
            // No list of public suffixes is looked at here.
            ("https://alice.github.io", "github.io"), ("https://com", "com"),
        ])
    func `a page may use its own domain and the ends of it`(origin: String, site: String) throws {
        #expect(try #require(WebOrigin(origin)).mayUse(site))
    }

    @Test(
        arguments: [
            ("https://github.com", ""), ("https://github.com", "com"), ("https://github.com", "hub.com"),
            ("https://github.com", ".com"), ("https://github.com", "github.com."), ("https://github.com", "GitHub.com"),
            ("https://github.com", "login.github.com"), ("https://github.com", "github.com:443"),
            ("https://github.com", "https://github.com"), ("https://evilgithub.com", "github.com"),
            ("https://github.com.evil.example", "github.com"), ("https://evil.example", "github.com"),
            ("https://github.com", "github.com/"), ("https://github.com", "git\u{200b}hub.com"),
            ("https://github.com", "ssh:"), ("https://github.com", "fob:github.com"), ("https://github.com", "0.1"),
            ("http://app.localhost", "localhost"), ("https://xn--bcher-kva.example", "b\u{fc}cher.example"),
            ("https://xn--gthub-cta.com", "github.com"), ("https://example.org", "127.0.0.1"),
            ("https://example.org", "example.org\0"), ("https://a.example.org", ".example.org"),
            ("https://a.example.org", "..example.org"), ("https://a.example.org", "*.example.org"),
        ])
    func `a page uses nobody else's`(origin: String, site: String) throws {
        #expect(!(try #require(WebOrigin(origin)).mayUse(site)))
    }
}
