import Browser
import Wire

/// What the browsers' extension could send: whatever is read of it fits into a frame, or is too long for one, and asks for a site
/// that the origin may use.
enum BrowserMessages {
    static let harness = Harness(name: "browser") { bytes in
        guard let request = try? HostRequest(bytes, isPublicSuffix: { !$0.utf8.contains(UInt8(ascii: ".")) }) else {
            return
        }
        switch request {
        case .create(let request): check(request.page, Frame.encodedCount(request))
        case .get(let request): check(request.page, Frame.encodedCount(request))
        case .keys(let request): check(request.page, Frame.encodedCount(request))
        case .signal(let request): check(request.page, Frame.encodedCount(request))
        case .status, .accounts, .code: break
        }
    }

    private static func check(_ page: WebPage, _ count: Int) {
        guard let origin = WebOrigin(page.origin), origin.mayUse(page.site) else { fatalError("a site of others") }
        precondition(count > 0)
    }
}
