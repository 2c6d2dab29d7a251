# `make` lists the targets. Swift is the one thing that has to be there; see `make help`.
PREFIX ?= /usr/local
DESTDIR ?=
BINDIR = $(PREFIX)/bin
# Below /usr/lib or /usr/local/lib: an ssh-agent loads providers from there unless it is told otherwise.
LIBDIR = $(PREFIX)/lib
LIBEXECDIR = $(PREFIX)/libexec/fob
MANDIR = $(PREFIX)/share/man
UNITDIR = $(PREFIX)/lib/systemd/user
SYSTEMUNITDIR = $(PREFIX)/lib/systemd/system
UDEVDIR = $(PREFIX)/lib/udev/rules.d
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/site-functions
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d

SHELL = /bin/bash
BUILT = .build/release
PROGRAMS = fob-agent fob-authenticator fob-session
PROVIDER = libfob-sk.so
# Programs that nobody types; fob and the units find them in $(LIBEXECDIR). fob gives a code, and becomes fob-main when it is asked
# for more.
HELPERS = fob-main fob-convert fob-portal fob-scan fob-uhid
UNITS = fob-agent.socket fob-agent.service fob-forward.socket fob-authenticator.socket fob-authenticator.service \
    fob-backup.path fob-backup.timer fob-backup.service fob-backup-retry.service fob-session.service
SYSTEM_UNITS = fob-uhid.socket fob-uhid.service
UDEV_RULES = 71-fob-uhid.rules
PAGES = $(notdir $(wildcard man/*.[1-8]))
BUILD_PACKAGES = libsodium-dev libgcrypt20-dev libgif-dev libheif1 libjpeg-dev libpng-dev libqrencode-dev libsqlite3-dev libssl-dev \
    libsystemd-dev libtiff-dev libwebp-dev libzbar-dev libzip-dev libzxing-dev zlib1g-dev pkg-config
BENCH_PACKAGES = $(BUILD_PACKAGES) gcc libc6-dev oathtool openssh-client python3
SCAN_PACKAGES = chromium-headless-shell dbus-daemon imagemagick librsvg2-bin poppler-utils python3-dbus python3-gi python3-numpy python3-pil qrencode xclip \
    xvfb zbar-tools
EXPORT_PACKAGES = keepassxc python3-cryptography python3-protobuf python3-pyotp
FIDO_PACKAGES = libfido2-dev python3-pip
SSH_PACKAGES = git libnss-wrapper openssh-client openssh-server
TEST_PACKAGES = $(BENCH_PACKAGES) $(SCAN_PACKAGES) $(EXPORT_PACKAGES) $(FIDO_PACKAGES) $(SSH_PACKAGES) age gpg gpg-agent \
    gpgconf mandoc python3-venv rclone strace systemd
VM_PACKAGES = $(BUILD_PACKAGES) busybox-static chromium-headless-shell cpio cryptsetup-bin fido2-tools kmod openssh-client \
    python3 python3-cryptography qemu-system-x86 systemd udev
INSTALL_PACKAGES = Tests/Scripts/packages.sh
LIBRARIES = libsodium libcrypto libgcrypt libsystemd libzip sqlite3 zlib libgif libjpeg libpng libqrencode libtiff-4 libwebp \
    libwebpdemux zbar zxing

.PHONY: help
help: ## This list
	@echo 'fob: a per-user authenticator agent. Targets:'
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
	    printf '  %-12s %s\n' "$$name" "$$text"; done
	@echo 'install and uninstall take PREFIX=$(PREFIX) and DESTDIR.'

.PHONY: all build
all: build
build: swift libraries ## The release programs
	swift build -c release
	@$(MAKE) --no-print-directory $(BUILT)/$(PROVIDER)

# The security-key provider for OpenSSH: Embedded Swift, so that nothing of Swift is loaded into OpenSSH's helper. It speaks
# the protocol with the sources of Model and Wire; what it does not use of them the linker leaves out. In a package a file belongs to
# one target, so that it is built here.
PROVIDER_SOURCES = $(wildcard Sources/libfob-sk/*.swift Sources/Model/*.swift Sources/Wire/*.swift Sources/Wire/Codec/*.swift) \
    Sources/Wire/Messages/Session.swift Sources/Wire/Messages/Lock.swift $(wildcard Sources/Wire/Messages/Key*.swift)
PROVIDER_FLAGS = -swift-version 6 -strict-memory-safety -warnings-as-errors -wmo -Osize -parse-as-library \
    -package-name fob -module-name fob_sk -enable-experimental-feature Embedded -enable-experimental-feature Lifetimes \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility -Xfrontend -function-sections \
    -I Sources/libfob-sk/include -emit-library -use-ld=lld -Xlinker --gc-sections -Xlinker --icf=safe -Xlinker -zdefs \
    -Xlinker -znow -Xlinker -zrelro -Xlinker --version-script=Sources/libfob-sk/exports.map
$(addsuffix /$(PROVIDER),.build/release .build/debug): %/$(PROVIDER): $(PROVIDER_SOURCES) \
    $(wildcard Sources/libfob-sk/include/* Sources/CLinux/include/*) Sources/libfob-sk/exports.map Makefile
	swiftc $(PROVIDER_FLAGS) -o $@ $(PROVIDER_SOURCES)

.PHONY: print-provider-sources
print-provider-sources:
	@echo $(PROVIDER_SOURCES)

.PHONY: demo
demo: swift ## See it work: sample accounts in a scratch home, each code compared with oathtool
	@$(INSTALL_PACKAGES) $(BUILD_PACKAGES) oathtool
	@$(MAKE) --no-print-directory build
	@Tests/Scripts/demo.sh $(BUILT)

.PHONY: check
check: swift libraries ## Lint and unit tests, with what is installed; some minutes
	@$(MAKE) --no-print-directory lint
	swift build --build-tests
	@Tests/Scripts/test.sh --skip-build --skip EndToEndTests
	@Tests/Scripts/release.sh

.PHONY: test
test: swift ## All tests, after installing the packages that they need; ONLY=restore runs what is called that
ifdef ONLY
	@$(MAKE) --no-print-directory libraries
else
	@$(INSTALL_PACKAGES) $(TEST_PACKAGES)
	@Tests/Scripts/moto.sh
	@Tests/Scripts/rclone.sh
endif
	swift build --build-tests
	@$(MAKE) --no-print-directory .build/debug/$(PROVIDER)
	@ONLY='$(ONLY)' Tests/Scripts/test.sh --skip-build
ifndef ONLY
	@$(MAKE) --no-print-directory fuzz-smoke lint
	@Tests/Scripts/release.sh
endif

.PHONY: test-login
test-login: build ## In a booted Debian: make install, a login, the socket unit, logout (root; some minutes)
	@Tests/Scripts/login.sh

.PHONY: test-vm
test-vm: swift ## A guest with a real kernel: other people's programs use a security key of fob (QEMU; some minutes)
	@$(INSTALL_PACKAGES) $(VM_PACKAGES)
	@$(MAKE) --no-print-directory build
	@Tests/Scripts/vm.sh $(BUILT)

.PHONY: test-fido
test-fido: swift ## The public suites for FIDO2 authenticators, from checkouts in SUITES=DIR
	@Tests/Scripts/fido-suites.sh --check "$(SUITES)"
	FOB_TESTING=1 swift build -c release --scratch-path .build/testing
	@Tests/Scripts/fido-suites.sh .build/testing/release "$(SUITES)"

.PHONY: lint
lint: swift ## Format, manual pages, systemd units
	swift format lint --strict -r Sources Tests Package.swift
	@Tests/Scripts/pages.sh
	Tests/Scripts/units.sh

.PHONY: bench bench-smoke
bench: swift ## Measure beside oathtool, ssh-add, ssh-agent and a bare echo
	@$(INSTALL_PACKAGES) $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory build
	@python3 Tests/Bench/bench.py $(BUILT)
bench-smoke: swift ## The same in short: does it still run?
	@$(INSTALL_PACKAGES) $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory build
	@python3 Tests/Bench/bench.py $(BUILT) --smoke

# zxing-cpp is compared where Python has it (pip install zxing-cpp).
.PHONY: bench-qr
bench-qr: swift ## Photographs of codes: how many fob reads beside zbarimg and zxing-cpp
	@$(INSTALL_PACKAGES) $(BUILD_PACKAGES) python3-numpy python3-pil qrencode zbar-tools
	@$(MAKE) --no-print-directory build
	@python3 Tests/Bench/qr.py $(BUILT)

FUZZ_SECONDS ?= 600
.PHONY: fuzz fuzz-smoke
fuzz: swift ## Feed each parser with mutated files for FUZZ_SECONDS=600 (PARSERS= names some; see Tests/Scripts/fuzz.sh)
	@$(INSTALL_PACKAGES) $(BUILD_PACKAGES)
	@Tests/Scripts/fuzz.sh $(FUZZ_SECONDS) $(PARSERS)
fuzz-smoke: swift ## The same in short: 2,000 inputs each
	@$(INSTALL_PACKAGES) $(BUILD_PACKAGES)
	@Tests/Scripts/fuzz.sh --smoke

# Does not build, so that `sudo make install` needs no Swift.
.PHONY: install
install: ## Programs, manual pages, units, completions
	@test -x $(BUILT)/fob -a -x $(BUILT)/fob-agent || { echo 'Nothing is built yet: run "make build" first.' >&2; exit 1; }
	install -d $(addprefix $(DESTDIR),$(BINDIR) $(LIBDIR) $(LIBEXECDIR) $(UNITDIR) $(SYSTEMUNITDIR) $(UDEVDIR))
	install -d $(addprefix $(DESTDIR),$(BASHDIR) $(ZSHDIR) $(FISHDIR))
	install -s -m 755 $(BUILT)/fob $(DESTDIR)$(BINDIR)/fob
	install -s -m 755 $(addprefix $(BUILT)/,$(PROGRAMS)) $(DESTDIR)$(BINDIR)
	install -s -m 644 $(BUILT)/$(PROVIDER) $(DESTDIR)$(LIBDIR)
	install -s -m 755 $(addprefix $(BUILT)/,$(HELPERS)) $(DESTDIR)$(LIBEXECDIR)
	for page in $(PAGES); do \
	    install -D -m 644 man/$$page $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page || exit; done
	for unit in $(UNITS); do \
	    sed 's|^ExecStart=/usr/local/bin/|ExecStart=$(BINDIR)/|' systemd/$$unit >$(DESTDIR)$(UNITDIR)/$$unit && \
	    chmod 644 $(DESTDIR)$(UNITDIR)/$$unit || exit; done
	for unit in $(SYSTEM_UNITS); do \
	    sed 's|^ExecStart=/usr/local/libexec/fob/|ExecStart=$(LIBEXECDIR)/|' systemd/$$unit \
	        >$(DESTDIR)$(SYSTEMUNITDIR)/$$unit && chmod 644 $(DESTDIR)$(SYSTEMUNITDIR)/$$unit || exit; done
	install -m 644 $(addprefix systemd/,$(UDEV_RULES)) $(DESTDIR)$(UDEVDIR)
	$(BUILT)/fob completion bash >$(DESTDIR)$(BASHDIR)/fob
	$(BUILT)/fob completion zsh >$(DESTDIR)$(ZSHDIR)/_fob
	$(BUILT)/fob completion fish >$(DESTDIR)$(FISHDIR)/fob.fish
	chmod 644 $(DESTDIR)$(BASHDIR)/fob $(DESTDIR)$(ZSHDIR)/_fob $(DESTDIR)$(FISHDIR)/fob.fish

.PHONY: uninstall
uninstall: ## Takes away what install put there; vaults stay
	rm -f $(addprefix $(DESTDIR)$(LIBEXECDIR)/,$(HELPERS))
	rm -f $(addprefix $(DESTDIR)$(BINDIR)/,fob $(PROGRAMS)) $(DESTDIR)$(LIBDIR)/$(PROVIDER) $(addprefix $(DESTDIR)$(UNITDIR)/,$(UNITS))
	rm -f $(addprefix $(DESTDIR)$(SYSTEMUNITDIR)/,$(SYSTEM_UNITS)) $(addprefix $(DESTDIR)$(UDEVDIR)/,$(UDEV_RULES))
	rm -f $(foreach page,$(PAGES),$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(page))
	rm -f $(DESTDIR)$(BASHDIR)/fob $(DESTDIR)$(ZSHDIR)/_fob $(DESTDIR)$(FISHDIR)/fob.fish

.PHONY: clean
clean: ## What was built
	rm -rf .build

.PHONY: libraries
libraries:
	@command -v pkg-config >/dev/null || { echo 'pkg-config is missing; on Debian: apt-get install $(BUILD_PACKAGES)' >&2; exit 1; }
	@missing=$$(for name in $(LIBRARIES); do pkg-config --exists $$name || printf ' %s' $$name; done); \
	    [ -z "$$missing" ] || { echo "libraries are missing:$$missing; on Debian: apt-get install $(BUILD_PACKAGES)" >&2; exit 1; }

.PHONY: swift
swift:
	@command -v swift >/dev/null || { printf '%s\n' \
	    'fob is written in Swift 6.3, and there is no "swift" in PATH. Swift has packages for Debian 12:' \
	    '  https://www.swift.org/install/linux/' \
	    'Add its usr/bin to PATH, then run this again.' >&2; exit 1; }
