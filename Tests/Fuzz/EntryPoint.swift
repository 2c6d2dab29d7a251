import Platform

// The C ABI of libFuzzer.

private typealias Callback = @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's own loop: reads its options, makes inputs, calls back.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>, _ callback: Callback
) -> CInt

private let harness: Harness = {
    let name = Environment.value(of: "FOB_FUZZ_PARSER") ?? ""
    guard let harness = Harness.all.first(where: { $0.name == name }) else {
        for harness in Harness.all { print(harness.name) }
        Daemon.exit(name == "list" ? 0 : 64)
    }
    return harness
}()

/// What SwiftPM calls `main` in this executable. Without a known name in FOB_FUZZ_PARSER the names are listed.
@_cdecl("fob_fuzz_main")
func main(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    _ = harness
    var count = count
    var arguments = unsafe arguments
    return unsafe runDriver(&count, &arguments) { start, count in
        unsafe harness.run(Span(_unsafeStart: start, count: count))
        return 0
    }
}
