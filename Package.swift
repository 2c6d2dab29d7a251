// swift-tools-version: 6.2
import PackageDescription

/// Options for tests (`--test-...`) and what they do are in debug builds, and in release builds for the suites of FIDO.
let testing = Context.environment["FOB_TESTING"] != nil
let switchesInC: [CSetting] = [.define("FOB_TESTING", testing ? nil : .when(configuration: .debug))]

/// Every module is compiled alike: Swift 6 mode, strict memory safety, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
    .define("FOB_TESTING", testing ? nil : .when(configuration: .debug)),
]

/// Of every program and library: what the loader has written is read-only before the first instruction of ours, and
/// nothing is looked up later. Tests/EndToEndTests/Support/executables.py reads what was built.
let sealedTables = ["-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z", "-Xlinker", "now"]
/// With a start of our own in front of the C library's; see Sources/CLinux/start.c. What is to be relocated is told by a bitmap
/// (DT_RELR), which is a hundredth of the table that it replaces: each start reads it.
let staticPIE = [
    "-Xclang-linker", "-static-pie", "-Xlinker", "--wrap=_dl_relocate_static_pie", "-Xlinker", "--wrap=_dl_get_origin",
    "-Xlinker", "--wrap=swift_copyAuxiliaryExecutablePath", "-Xlinker", "--pack-dyn-relocs=relr",
]
/// `fob-main`, `fob-agent` and others link everything, libc included, into one file: no dynamic linking at start, no crash
/// backtracer; and where that file lies in memory is another place each time. lld, because the other linkers warn about
/// functions of the C library that are never called.
let standalone = ["-static-executable", "-use-ld=lld", "-lswiftSynchronization"] + staticPIE + sealedTables
/// What is freed is wiped: see wipe.c.
let wiping = ["-Xlinker", "--wrap=free", "-Xlinker", "--wrap=realloc"]
/// The same for what libraries free that are loaded at start: the program's own take the place of the C library's.
let wipingLibrariesToo =
    wiping + ["-Xlinker", "--defsym=free=__wrap_free", "-Xlinker", "--defsym=realloc=__wrap_realloc"]
/// What ArgumentParser's part of Foundation needs besides.
let withFoundation = ["-l_FoundationCShims", "-l_FoundationCollections"]
/// For `fob`, which a script starts for each code: Embedded Swift has no runtime to start, which takes 0.3 ms. It is compiled
/// as a whole and optimised in debug builds, too: the linker has to leave out what needs Unicode's tables.
let embedded = ["-enable-experimental-feature", "Embedded"]
let embeddedSources =
    embedded + ["-Osize", "-wmo", "-num-threads", "1", "-disable-batch-mode", "-parse-as-library"]
    + ["-Xfrontend", "-function-sections"]
/// One file with libc in it, as above.
let embeddedProgram =
    embedded + ["-use-ld=lld", "-Xlinker", "--gc-sections"] + sealedTables + staticPIE
    + ["-Xclang-linker", "-Wno-unused-command-line-argument"]

let package = Package(
    name: "fob",
    dependencies: [
        // The command line of the cold verbs: help, completions and errors that people know.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        // Ciphers and key derivations of other authenticators' exports, all in one library: AES-CBC, GCM with any
        // nonce, Twofish, PBKDF2, Argon2 with several lanes. Only fob-convert links it and the four below.
        .systemLibrary(name: "CGcrypt", pkgConfig: "libgcrypt", providers: [.apt(["libgcrypt20-dev"])]),
        // P-256 and AES-CBC of security keys and of recovery tokens, static in fob-agent, which signs, and in fob-main, which
        // looks at the signatures of others.
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // Which domains belong to many, from Debian's list: browsers keep a page from their keys by it. Static in fob-browser,
        // which alone links it; what changes is the list, a file that it reads when it starts.
        .systemLibrary(
            name: "CPSL", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev", "libidn2-dev", "libunistring-dev"])]),
        // XML of other authenticators' exports: entities, encodings and what is well-formed have had their attackers there.
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CQRencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLinux"),
        // zxing-cpp has no C interface: this is one. It reads what a camera has tilted, zbar what is faint.
        .target(name: "CZXing", linkerSettings: [.linkedLibrary("ZXing")]),
        // The libraries of pictures and the two that find codes; of zbar, whose faults of the past lay in other kinds of
        // codes, these are switched off.
        .target(
            name: "CScan", dependencies: ["CZXing"],
            // Optimised in debug builds, too: a picture has millions of points.
            cSettings: [.define("_GNU_SOURCE"), .unsafeFlags(["-O2"])],
            linkerSettings: ["zbar", "png16", "jpeg", "gif", "tiff", "webp", "webpdemux", "m"].map {
                .linkedLibrary($0)
            }),
        // What vault, protocol and clients have words for in common. Wire, Vault and OneTimePassword hand it on to who imports them.
        .target(name: "Model", swiftSettings: strict),
        // base16, base32, base64, bech32 and percent-encoding, of what may be secret.
        .target(name: "Encodings", swiftSettings: strict),
        // The canonical CBOR of security keys; the agent only writes it.
        .target(name: "CBOR", swiftSettings: strict),
        .target(name: "Platform", dependencies: ["CSodium", "CLinux", "Model"], swiftSettings: strict),
        .target(name: "OneTimePassword", dependencies: ["Encodings", "Model"], swiftSettings: strict),
        .target(name: "Age", dependencies: ["Encodings", "Platform"], swiftSettings: strict),
        .target(name: "Wire", dependencies: ["Model"], swiftSettings: strict),
        .target(
            name: "Vault", dependencies: ["Age", "Encodings", "Model", "OneTimePassword", "Platform"],
            swiftSettings: strict),
        // Without what of libcrypto nobody needs: each process would have a copy of its tables.
        .target(name: "CLibcrypto"),
        .target(name: "CryptoP256", dependencies: ["CLibcrypto", "COpenSSL", "Platform"], swiftSettings: strict),
        // Delegated recovery: tokens, shares and what owner and keepers send each other. It knows no wire and no vault.
        .target(
            name: "Recovery", dependencies: ["Age", "CryptoP256", "Encodings", "Model", "Platform"],
            swiftSettings: strict),
        .target(
            name: "Agent",
            dependencies: [
                "Age", "CBOR", "CryptoP256", "Encodings", "Recovery", "Vault", "Wire", "OneTimePassword", "Platform",
            ], swiftSettings: strict),
        .target(name: "Client", dependencies: ["Encodings", "Wire", "Platform"], swiftSettings: strict),
        // Parses what clients of a security key send; the keys stay in the agent.
        .target(
            name: "Authenticator",
            dependencies: ["CBOR", "Client", "Encodings", "OneTimePassword", "Platform", "Wire"],
            swiftSettings: strict),
        // Parses what the browsers' extension sends.
        .target(
            name: "Browser", dependencies: ["CBOR", "Client", "Encodings", "Platform", "Wire"], swiftSettings: strict),
        // Sees only ciphertext.
        .target(
            name: "Backup", dependencies: ["Client", "Encodings", "Model", "Platform", "Wire"], swiftSettings: strict),
        .target(
            name: "ForeignLibraries",
            dependencies: ["CExpat", "CGcrypt", "CQRencode", "CSodium", "CSQLite", "CZip", "CZlib", "Platform"],
            swiftSettings: strict),
        .target(
            name: "Interchange",
            dependencies: ["Encodings", "ForeignLibraries", "OneTimePassword", "Platform", "Wire"],
            swiftSettings: strict),
        // One-time codes in messages of services, and the telephone numbers that they go to. Pure: no I/O.
        .target(name: "Messages", swiftSettings: strict),
        // A security key as the kernel's other users see it; no keys in it.
        .target(name: "UserHID", dependencies: ["Platform"], swiftSettings: strict),
        .executableTarget(
            name: "fob-uhid", dependencies: ["Platform", "UserHID"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(standalone)]),
        .executableTarget(
            name: "fob-agent", dependencies: ["Agent", "Platform"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(standalone + wiping)]),
        // The transports by which ssh and browsers reach the agent's security keys. It holds no secret; what sites keep in
        // a key passes through it.
        .executableTarget(
            name: "fob-authenticator", dependencies: ["Authenticator", "Client", "Platform"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(standalone + wiping)]),
        // Started by browsers for each request of the extension, whose files lie beside it and are installed as they are.
        .executableTarget(
            name: "fob-browser", dependencies: ["Browser", "CPSL", "Client", "Platform", "Wire"],
            exclude: ["Extension", "Hosts"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(standalone + wiping + ["-lidn2", "-lunistring"])]),
        .executableTarget(
            name: "fob-main",
            dependencies: [
                "Age", "Backup", "Client", "Encodings", "Messages", "OneTimePassword", "Authenticator", "Recovery",
                "Vault", "Platform", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict, linkerSettings: [.unsafeFlags(standalone + withFoundation)]),
        // What is installed as `fob`: gives a code in less time than a C program takes, and becomes the above for the rest.
        // It cannot import modules that are not Embedded Swift: its folder `Shared` has links to their sources.
        .executableTarget(
            name: "fob", dependencies: ["CLinux"], swiftSettings: strict + [.unsafeFlags(embeddedSources)],
            linkerSettings: [.unsafeFlags(embeddedProgram)]),
        // Dynamic, so that the libraries that read pictures get their security updates; only Swift's own is inside.
        .executableTarget(
            name: "fob-scan", dependencies: ["CScan", "Platform"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-static-stdlib"] + sealedTables)]),
        // A client of D-Bus, which `fob scan --screen` asks for the desktop's picture. It is C throughout: Swift's start
        // files would bring the whole of Swift's library with them.
        .executableTarget(
            name: "fob-portal",
            cSettings: [.define("_GNU_SOURCE"), .unsafeFlags(["-Wall", "-Wextra", "-Werror"])] + switchesInC,
            linkerSettings: [
                .linkedLibrary("systemd"), .unsafeFlags(["-static-stdlib", "-nostartfiles"] + sealedTables),
            ]),
        // Dynamic too: libgcrypt, libzip and SQLite get their security updates.
        .executableTarget(
            name: "fob-convert", dependencies: ["ForeignLibraries", "Interchange", "Platform", "Wire"],
            swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-static-stdlib"] + sealedTables + wipingLibrariesToo)]),
        // A client of D-Bus by libsystemd's sd-bus: what logind and the desktop say of the session. No secret is in it.
        .target(name: "CBus", cSettings: [.define("_GNU_SOURCE")], linkerSettings: [.linkedLibrary("systemd")]),
        .target(name: "Session", dependencies: ["CBus", "Client", "Platform", "Wire"], swiftSettings: strict),
        // Dynamic, for libsystemd; only Swift's own is inside.
        .executableTarget(
            name: "fob-session", dependencies: ["Session", "Platform"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-static-stdlib"] + sealedTables)]),
        // Hardware security keys by libfido2, in a program of its own: what they say is read in a sandbox.
        .target(
            name: "CHardware", cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: [.linkedLibrary("fido2"), .linkedLibrary("crypto")]),
        .target(name: "Hardware", dependencies: ["CHardware", "Client", "Platform", "Wire"], swiftSettings: strict),
        // Dynamic, so that libfido2 and libcrypto get their security updates, and so that nothing else of fob needs them.
        .executableTarget(
            name: "fob-hardware", dependencies: ["Client", "Hardware", "Platform"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-static-stdlib"] + sealedTables + wipingLibrariesToo)]),
        // A client of D-Bus, too, by sd-bus: messages of modems and telephones. libidn2 has the hosts in them as browsers do.
        .target(
            name: "CInbox", cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: [.linkedLibrary("systemd"), .linkedLibrary("idn2")]),
        .target(
            name: "Inbox", dependencies: ["CInbox", "Client", "Messages", "Platform", "Wire"], swiftSettings: strict),
        // Dynamic, for libsystemd and libidn2; what was in a message is wiped when it is freed.
        .executableTarget(
            name: "fob-messages", dependencies: ["Client", "Inbox", "Platform"], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-static-stdlib"] + sealedTables + wipingLibrariesToo)]),
        // What the desktop's window shows and asks the agent for; no GTK.
        .target(name: "Desktop", dependencies: ["Client", "Encodings", "Platform", "Wire"], swiftSettings: strict),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: strict),
        .testTarget(name: "EncodingsTests", dependencies: ["Encodings"], swiftSettings: strict),
        .testTarget(name: "CBORTests", dependencies: ["CBOR", "Encodings"], swiftSettings: strict),
        .testTarget(name: "PlatformTests", dependencies: ["Model", "Platform", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "OneTimePasswordTests", dependencies: ["OneTimePassword"], swiftSettings: strict),
        .testTarget(name: "AgeTests", dependencies: ["Age", "Platform", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: strict),
        .testTarget(name: "ClientTests", dependencies: ["Client", "Wire", "Platform"], swiftSettings: strict),
        .testTarget(
            name: "AuthenticatorTests",
            dependencies: ["Authenticator", "CBOR", "Client", "Encodings", "Platform", "Wire"],
            swiftSettings: strict),
        .testTarget(
            name: "BrowserTests", dependencies: ["Browser", "CBOR", "Client", "Encodings", "Platform", "Wire"],
            swiftSettings: strict),
        .testTarget(name: "BackupTests", dependencies: ["Backup", "Platform", "Wire"], swiftSettings: strict),
        .testTarget(
            name: "VaultTests", dependencies: ["Vault", "Age", "OneTimePassword", "Platform", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "RecoveryTests",
            dependencies: [
                "Age", "CryptoP256", "Encodings", "ForeignLibraries", "Model", "Platform", "Recovery", "TestSupport",
            ], swiftSettings: strict),
        .testTarget(name: "CryptoP256Tests", dependencies: ["CryptoP256", "Platform"], swiftSettings: strict),
        .testTarget(
            name: "AgentTests",
            dependencies: ["Age", "Agent", "CryptoP256", "Encodings", "Vault", "Wire", "OneTimePassword", "Platform"],
            swiftSettings: strict),
        .testTarget(
            name: "ForeignLibrariesTests",
            dependencies: ["ForeignLibraries", "OneTimePassword", "Platform", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "InterchangeTests",
            dependencies: [
                "Interchange", "Encodings", "ForeignLibraries", "OneTimePassword", "Platform", "TestSupport", "Wire",
            ],
            swiftSettings: strict),
        .testTarget(name: "MessagesTests", dependencies: ["Messages"], swiftSettings: strict),
        .testTarget(name: "InboxTests", dependencies: ["Inbox", "Wire"], swiftSettings: strict),
        .testTarget(name: "UserHIDTests", dependencies: ["UserHID"], swiftSettings: strict),
        .testTarget(
            name: "DesktopTests", dependencies: ["Client", "Desktop", "Encodings", "Platform", "Wire"],
            swiftSettings: strict),
        // Runs the two programs, which `swift test` builds as well; it does not link them.
        .testTarget(
            name: "EndToEndTests", dependencies: ["TestSupport"], exclude: ["Support"], swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)

// The desktop's window is built where its libraries are: the Makefile looks, and hands their folders of headers over. Without
// them all else is built.
if let folders = Context.environment["FOB_GTK"], !folders.isEmpty {
    let headers = folders.split(separator: " ").flatMap { ["-Xcc", String($0)] }
    package.targets += [
        // GTK and libadwaita: a window as a desktop's people know them, read aloud by its screen reader.
        .systemLibrary(name: "CGtk", providers: [.apt(["libgtk-4-dev", "libadwaita-1-dev"])]),
        .target(name: "Gtk", dependencies: ["CGtk"], swiftSettings: strict + [.unsafeFlags(headers)]),
        // Dynamic, for the desktop's libraries. No secret is in it.
        .executableTarget(
            name: "fob-desktop", dependencies: ["Client", "Desktop", "Encodings", "Gtk", "Platform", "Wire"],
            exclude: ["Data"],
            swiftSettings: strict + [.unsafeFlags(headers)],
            linkerSettings: [
                "adwaita-1", "gtk-4", "gio-2.0", "gobject-2.0", "glib-2.0", "cairo", "pango-1.0", "pangocairo-1.0",
            ].map { .linkedLibrary($0) } + [.unsafeFlags(["-static-stdlib"] + sealedTables)]),
    ]
}

// `make fuzz` compiles the modules with coverage and the address sanitizer, and harnesses for their parsers besides.
if Context.environment["FOB_FUZZ"] != nil {
    let sanitizers = ["-sanitize=fuzzer,address"]
    for target in package.targets where target.type == .regular && target.swiftSettings != nil {
        target.swiftSettings?.append(.unsafeFlags(sanitizers))
    }
    for target in package.targets where target.name == "CScan" {
        target.cSettings?.append(.unsafeFlags(["-fsanitize=fuzzer-no-link,address"]))
    }
    for target in package.targets where target.name == "CZXing" {
        target.cxxSettings = [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]
    }
    // OpenSSH's side of the provider, which `fuzz.sh` compiles for itself, as the Makefile does.
    package.targets.append(.systemLibrary(name: "CProvider", path: "Tests/Fuzz/Provider"))
    package.targets.append(
        .executableTarget(
            name: "fob-fuzz",
            dependencies: [
                "Age", "Browser", "CBOR", "CProvider", "CScan", "Encodings", "ForeignLibraries", "Inbox", "Interchange",
                "Messages", "Model", "Platform",
                "Authenticator", "Recovery", "UserHID", "Wire",
            ],
            path: "Tests/Fuzz", exclude: ["Provider", "seeds"],
            swiftSettings: strict + [.unsafeFlags(sanitizers + ["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(sanitizers + ["-static-stdlib", "-use-ld=lld", ".build/fuzz/provider.o"])]))
}
