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
# Browsers and libpam look nowhere else, whatever PREFIX is; in a home browsers find the program, the extension is loaded by hand,
# and files of PAM have the module's path.
ifneq ($(and $(HOME),$(filter $(HOME)/%,$(PREFIX))),)
WEBEXTDIR = $(PREFIX)/share/webext/fob
WEBEXT_LINKS =
CHROMIUM_HOSTS = $(HOME)/.config/chromium/NativeMessagingHosts $(HOME)/.config/google-chrome/NativeMessagingHosts
MOZILLA_HOSTS = $(HOME)/.mozilla/native-messaging-hosts
PAMDIR = $(LIBDIR)/security
else
WEBEXTDIR = /usr/share/webext/fob
WEBEXT_LINKS = /usr/share/chromium/extensions/fob \
    /usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/fob@fob.invalid
CHROMIUM_HOSTS = /etc/chromium/native-messaging-hosts /etc/opt/chrome/native-messaging-hosts
MOZILLA_HOSTS = /usr/lib/mozilla/native-messaging-hosts
PAMDIR = $(or $(shell pkg-config --variable=libdir pam),/usr/lib)/security
endif

SHELL = /bin/bash
BUILT = .build/release
PROGRAMS = fob-agent fob-authenticator fob-messages fob-session
PROVIDER = libfob-sk.so
MODULE = pam_fob.so
# Programs that nobody types; fob and the units find them in $(LIBEXECDIR). fob gives a code, and becomes fob-main when it is asked
# for more.
HELPERS = fob-browser fob-main fob-convert fob-hardware fob-portal fob-scan fob-uhid
# The desktop's window is built where GTK and libadwaita are.
DESKTOP_LIBRARIES = gtk4 libadwaita-1
DESKTOP_BUILD_PACKAGES = libgtk-4-dev libadwaita-1-dev
DESKTOP_ID = io.github.fob.Desktop
DESKTOP_DATA = Sources/fob-desktop/Data
APPLICATIONDIR = $(PREFIX)/share/applications
ICONDIR = $(PREFIX)/share/icons/hicolor
METAINFODIR = $(PREFIX)/share/metainfo
DBUSDIR = $(PREFIX)/share/dbus-1/services
SEARCHDIR = $(PREFIX)/share/gnome-shell/search-providers
RUNNERDIR = $(PREFIX)/share/krunner/dbusplugins
MIMEDIR = $(PREFIX)/share/mime/packages
LOCALEDIR = $(PREFIX)/share/locale
HAS_GTK := $(shell pkg-config --exists 'gtk4 >= 4.8' 'libadwaita-1 >= 1.2' 2>/dev/null && echo yes)
ifdef HAS_GTK
export FOB_GTK := $(shell pkg-config --cflags-only-I libadwaita-1)
endif
UNITS = fob-agent.socket fob-agent.service fob-forward.socket fob-authenticator.socket fob-authenticator.service \
    fob-backup.path fob-backup.timer fob-backup.service fob-backup-retry.service fob-messages.service \
    fob-session.service
SYSTEM_UNITS = fob-uhid.socket fob-uhid.service fob-unlock@.service
UDEV_RULES = 71-fob-uhid.rules
PAGES = $(notdir $(wildcard man/*.[1-8]))
# Pages and sentences in other languages: man/LANGUAGE/, po/LANGUAGE.po.
TRANSLATED_PAGES = $(patsubst man/%,%,$(wildcard man/*/*.[1-8]))
LANGUAGES = $(patsubst po/%.po,%,$(wildcard po/*.po))
BUILD_PACKAGES = gettext libsodium-dev libexpat1-dev libfido2-dev libgcrypt20-dev libgif-dev libheif1 libidn2-dev libjpeg-dev libpam0g-dev libpng-dev libpsl-dev libqrencode-dev libsqlite3-dev libssl-dev \
    libsystemd-dev libtiff-dev libunistring-dev libwebp-dev libzbar-dev libzip-dev libzxing-dev zlib1g-dev pkg-config
BENCH_PACKAGES = $(BUILD_PACKAGES) gcc libc6-dev oathtool openssh-client python3
SCAN_PACKAGES = chromium-headless-shell dbus-daemon imagemagick librsvg2-bin poppler-utils python3-dbus python3-gi python3-numpy python3-pil qrencode xclip \
    xvfb zbar-tools
EXPORT_PACKAGES = keepassxc python3-cryptography python3-protobuf python3-pyotp
FIDO_PACKAGES = python3-pip
SSH_PACKAGES = git libnss-wrapper openssh-client openssh-server
TEST_PACKAGES = $(BENCH_PACKAGES) $(SCAN_PACKAGES) $(EXPORT_PACKAGES) $(FIDO_PACKAGES) $(SSH_PACKAGES) $(DESKTOP_PACKAGES) age gpg gpg-agent \
    fish gpgconf jq mandoc python3-venv rclone strace systemd tmux zsh
DESKTOP_PACKAGES = $(DESKTOP_BUILD_PACKAGES) adwaita-icon-theme appstream at-spi2-core dbus-daemon desktop-file-utils fonts-dejavu-core \
    fonts-noto-cjk gir1.2-atspi-2.0 imagemagick locales oathtool openbox python3-dbus python3-gi qrencode x11-utils xclip xdotool xvfb
WAYLAND_PACKAGES = grim procps sway swaybg wl-clipboard wofi wtype
VM_PACKAGES = $(BUILD_PACKAGES) apparmor busybox-static chromium chromium-headless-shell cpio cryptsetup-bin debootstrap e2fsprogs \
    fido2-tools firefox-esr kmod libpam-u2f openssh-client openssl pamtester python3 python3-cryptography qemu-system-x86 \
    systemd udev xvfb $(DESKTOP_PACKAGES)
BROWSER_PACKAGES = $(BUILD_PACKAGES) chromium firefox-esr openssl publicsuffix python3 python3-cryptography python3-venv
INSTALL_PACKAGES = Tests/Scripts/packages.sh
LIBRARIES = libsodium libcrypto expat libfido2 libidn2 libpsl libgcrypt libsystemd libzip pam sqlite3 zlib libgif libjpeg libpng libqrencode libtiff-4 libwebp \
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
	@$(MAKE) --no-print-directory $(BUILT)/$(PROVIDER) $(BUILT)/$(MODULE)
	@$(MAKE) --no-print-directory $(patsubst %,$(BUILT)/fob.%.mo,$(LANGUAGES))
ifdef HAS_GTK
	@$(MAKE) --no-print-directory $(BUILT)/fob-desktop.ja.mo
else
	@echo 'fob-desktop, the window, was left out: it needs $(DESKTOP_LIBRARIES); on Debian: apt-get install $(DESKTOP_BUILD_PACKAGES)'
endif

# The sentences of the programs, and of the desktop's window, in other languages; without gettext they speak English. What
# is in po/fob.pot po/sentences.py takes from the sources.
CATALOGUE = if command -v msgfmt >/dev/null; then msgfmt -o $@ $<; fi
$(LANGUAGES:%=.build/release/fob.%.mo): .build/release/fob.%.mo: po/%.po
	$(CATALOGUE)
$(LANGUAGES:%=.build/debug/fob.%.mo): .build/debug/fob.%.mo: po/%.po
	$(CATALOGUE)
$(addsuffix /fob-desktop.ja.mo,.build/release .build/debug): %/fob-desktop.ja.mo: $(DESKTOP_DATA)/ja.po
	if command -v msgfmt >/dev/null; then msgfmt --check-format -o $@ $<; fi

# The security-key provider for OpenSSH: Embedded Swift, so that nothing of Swift is loaded into OpenSSH's helper. It speaks
# the protocol with the sources of Model and Wire; what it does not use of them the linker leaves out. In a package a file belongs to
# one target, so that it is built here.
PROVIDER_SOURCES = $(wildcard Sources/libfob-sk/*.swift Sources/Model/*.swift Sources/Wire/*.swift Sources/Wire/Codec/*.swift) \
    Sources/Wire/Messages/Session.swift Sources/Wire/Messages/Lock.swift \
    $(filter-out %/KeyImport.swift, $(wildcard Sources/Wire/Messages/Key*.swift))
EMBEDDED_FLAGS = -swift-version 6 -strict-memory-safety -warnings-as-errors -wmo -Osize -parse-as-library \
    -package-name fob -enable-experimental-feature Embedded -enable-experimental-feature Lifetimes \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility -Xfrontend -function-sections \
    -emit-library -use-ld=lld -Xlinker --gc-sections -Xlinker --icf=safe -Xlinker -zdefs -Xlinker -znow -Xlinker -zrelro
PROVIDER_FLAGS = $(EMBEDDED_FLAGS) -module-name fob_sk -I Sources/libfob-sk/include \
    -Xlinker --version-script=Sources/libfob-sk/exports.map
$(addsuffix /$(PROVIDER),.build/release .build/debug): %/$(PROVIDER): $(PROVIDER_SOURCES) \
    $(wildcard Sources/libfob-sk/include/* Sources/CLinux/include/*) Sources/libfob-sk/exports.map Makefile
	swiftc $(PROVIDER_FLAGS) -o $@ $(PROVIDER_SOURCES)

# The module of PAM in the same way, with the provider's side of the conversation. Its headers (libpam0g-dev) say how it is called,
# and how it asks libpam for the password.
MODULE_SOURCES = $(wildcard Sources/pam_fob/*.swift Sources/Model/*.swift Sources/Wire/*.swift Sources/Wire/Codec/*.swift) \
    Sources/libfob-sk/AgentConversation.swift Sources/Wire/Messages/Session.swift Sources/Wire/Messages/Lock.swift
MODULE_FLAGS = $(EMBEDDED_FLAGS) -module-name pam_fob -I Sources/pam_fob/include -lpam \
    -Xlinker --version-script=Sources/pam_fob/exports.map
$(addsuffix /$(MODULE),.build/release .build/debug): %/$(MODULE): $(MODULE_SOURCES) \
    $(wildcard Sources/pam_fob/include/* Sources/CLinux/include/*) Sources/pam_fob/exports.map Makefile
	swiftc $(MODULE_FLAGS) -o $@ $(MODULE_SOURCES)

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
# Again, for what was installed.
	@$(MAKE) --no-print-directory build-tests
	@$(MAKE) --no-print-directory .build/debug/$(PROVIDER) .build/debug/$(MODULE)
	@ONLY='$(ONLY)' Tests/Scripts/test.sh --skip-build
ifndef ONLY
	@$(MAKE) --no-print-directory fuzz-smoke lint
	@Tests/Scripts/release.sh
endif

.PHONY: build-tests
build-tests:
	swift build --build-tests

.PHONY: test-login
test-login: build ## In a booted Debian: make install, a login, the socket unit, logout (root; some minutes)
	@Tests/Scripts/login.sh

DEB_PACKAGES = apparmor debhelper dh-apparmor dpkg-dev fakeroot lintian
.PHONY: deb
deb: swift ## Debian packages in .build/deb, looked at by lintian
	@$(INSTALL_PACKAGES) $(BUILD_PACKAGES) $(DESKTOP_BUILD_PACKAGES) $(DEB_PACKAGES)
	@.pkg/deb.sh --lint
.PHONY: test-deb
test-deb: deb ## The same Debian as test-login, with fob from the packages; they go, the vault stays; a newcomer's ten minutes
	@FOB_LOGIN_PACKAGES=.build/deb Tests/Scripts/login.sh
	@Tests/Scripts/newcomer.sh .build/deb

.PHONY: dist
dist: swift ## A tarball of the static programs, with checksums and what is inside (SPDX), in .build/dist
	@$(INSTALL_PACKAGES) $(BUILD_PACKAGES) binutils python3
	@.pkg/dist.sh

.PHONY: test-desktop
test-desktop: swift ## The window on an X server and a Wayland compositor without a screen: journeys, its accessible tree, its memory; pictures in .build/pictures
	@$(INSTALL_PACKAGES) $(BUILD_PACKAGES) $(DESKTOP_PACKAGES) $(WAYLAND_PACKAGES)
	@$(MAKE) --no-print-directory build-tests
	@$(MAKE) --no-print-directory .build/debug/fob-desktop.ja.mo .build/debug/fob.ja.mo
	@Tests/Scripts/desktop.sh

.PHONY: test-vm
test-vm: swift ## Guests with a real kernel: programs use a security key of fob; as root, a user's login sleeps (QEMU; some minutes)
	@$(INSTALL_PACKAGES) $(VM_PACKAGES)
	@$(MAKE) --no-print-directory build
	@Tests/Scripts/vm.sh $(BUILT)

.PHONY: test-browser
test-browser: swift ## The browsers' extension in Debian's Chromium and Firefox ESR (some minutes)
	@$(INSTALL_PACKAGES) $(BROWSER_PACKAGES)
	swift build
	@Tests/Scripts/browser.sh .build/debug

.PHONY: test-fido
test-fido: swift ## The public suites for FIDO2 authenticators, from checkouts in SUITES=DIR
	@Tests/Scripts/fido-suites.sh --check "$(SUITES)"
	FOB_TESTING=1 swift build -c release --scratch-path .build/testing
	@Tests/Scripts/fido-suites.sh .build/testing/release "$(SUITES)"

.PHONY: lint
lint: swift ## Format, manual pages, systemd units
	swift format lint --strict -r Sources Tests Package.swift
	@Tests/Scripts/pages.sh
	@po/sentences.py --check
	@python3 Tests/Browser/lint.py
	Tests/Scripts/units.sh

.PHONY: bench bench-smoke
bench: swift ## Measure beside oathtool, ssh-add, ssh-agent and a bare echo
	@$(INSTALL_PACKAGES) $(BENCH_PACKAGES) chromium
	@$(MAKE) --no-print-directory build
	@python3 Tests/Bench/bench.py $(BUILT)
bench-smoke: swift ## The same in short: does it still run?
	@$(INSTALL_PACKAGES) $(BENCH_PACKAGES) chromium
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
	install -s -D -m 644 $(BUILT)/$(MODULE) $(DESTDIR)$(PAMDIR)/$(MODULE)
	install -s -m 755 $(addprefix $(BUILT)/,$(HELPERS)) $(DESTDIR)$(LIBEXECDIR)
	for page in $(PAGES); do \
	    install -D -m 644 man/$$page $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page || exit; done
	for page in $(TRANSLATED_PAGES); do \
	    install -D -m 644 man/$$page $(DESTDIR)$(MANDIR)/$${page%%/*}/man$${page##*.}/$${page#*/} || exit; done
	for language in $(LANGUAGES); do \
	    if test -f $(BUILT)/fob.$$language.mo; then install -D -m 644 $(BUILT)/fob.$$language.mo \
	        $(DESTDIR)$(LOCALEDIR)/$$language/LC_MESSAGES/fob.mo || exit; fi; done
	for unit in $(UNITS); do \
	    sed 's|^ExecStart=/usr/local/bin/|ExecStart=$(BINDIR)/|' systemd/$$unit >$(DESTDIR)$(UNITDIR)/$$unit && \
	    chmod 644 $(DESTDIR)$(UNITDIR)/$$unit || exit; done
	for unit in $(SYSTEM_UNITS); do \
	    sed 's|^ExecStart=/usr/local/libexec/fob/|ExecStart=$(LIBEXECDIR)/|; s|^ExecStart=/usr/local/bin/|ExecStart=$(BINDIR)/|' systemd/$$unit \
	        >$(DESTDIR)$(SYSTEMUNITDIR)/$$unit && chmod 644 $(DESTDIR)$(SYSTEMUNITDIR)/$$unit || exit; done
	install -m 644 $(addprefix systemd/,$(UDEV_RULES)) $(DESTDIR)$(UDEVDIR)
	install -d $(DESTDIR)$(WEBEXTDIR) $(addprefix $(DESTDIR),$(dir $(WEBEXT_LINKS)) $(CHROMIUM_HOSTS) $(MOZILLA_HOSTS))
	install -m 644 Sources/fob-browser/Extension/* $(DESTDIR)$(WEBEXTDIR)
	for link in $(WEBEXT_LINKS); do ln -sfn $(WEBEXTDIR) "$(DESTDIR)$$link" || exit; done
	for place in $(CHROMIUM_HOSTS); do \
	    sed 's|/usr/local/libexec/fob/|$(LIBEXECDIR)/|' Sources/fob-browser/Hosts/chromium.json \
	        >$(DESTDIR)$$place/fob.browser.json || exit; done
	sed 's|/usr/local/libexec/fob/|$(LIBEXECDIR)/|' Sources/fob-browser/Hosts/mozilla.json \
	    >$(DESTDIR)$(MOZILLA_HOSTS)/fob.browser.json
	chmod 644 $(addsuffix /fob.browser.json,$(addprefix $(DESTDIR),$(CHROMIUM_HOSTS) $(MOZILLA_HOSTS)))
	$(BUILT)/fob completion bash | sed "1{/^#!/d}" >$(DESTDIR)$(BASHDIR)/fob
	$(BUILT)/fob completion zsh >$(DESTDIR)$(ZSHDIR)/_fob
	$(BUILT)/fob completion fish >$(DESTDIR)$(FISHDIR)/fob.fish
	chmod 644 $(DESTDIR)$(BASHDIR)/fob $(DESTDIR)$(ZSHDIR)/_fob $(DESTDIR)$(FISHDIR)/fob.fish

ifdef HAS_GTK
	@$(MAKE) --no-print-directory install-desktop
endif

.PHONY: install-desktop
install-desktop:
	@test -x $(BUILT)/fob-desktop || { echo 'fob-desktop is not built: run "make build" first.' >&2; exit 1; }
	install -d $(addprefix $(DESTDIR),$(APPLICATIONDIR) $(METAINFODIR) $(DBUSDIR) $(SEARCHDIR) $(RUNNERDIR) $(MIMEDIR))
	install -s -D -m 755 $(BUILT)/fob-desktop $(DESTDIR)$(BINDIR)/fob-desktop
	install -m 644 $(DESKTOP_DATA)/$(DESKTOP_ID).desktop $(DESKTOP_DATA)/$(DESKTOP_ID).Link.desktop $(DESTDIR)$(APPLICATIONDIR)
	install -m 644 $(DESKTOP_DATA)/$(DESKTOP_ID).metainfo.xml $(DESTDIR)$(METAINFODIR)
	install -m 644 $(DESKTOP_DATA)/$(DESKTOP_ID).search-provider.ini $(DESTDIR)$(SEARCHDIR)
	install -m 644 $(DESKTOP_DATA)/$(DESKTOP_ID).krunner.ini $(DESTDIR)$(RUNNERDIR)/$(DESKTOP_ID).desktop
	install -m 644 $(DESKTOP_DATA)/$(DESKTOP_ID).mime.xml $(DESTDIR)$(MIMEDIR)/$(DESKTOP_ID).xml
	sed 's|^Exec=/usr/local/bin/|Exec=$(BINDIR)/|' $(DESKTOP_DATA)/$(DESKTOP_ID).service >$(DESTDIR)$(DBUSDIR)/$(DESKTOP_ID).service
	chmod 644 $(DESTDIR)$(DBUSDIR)/$(DESKTOP_ID).service
	install -D -m 644 $(DESKTOP_DATA)/$(DESKTOP_ID).svg $(DESTDIR)$(ICONDIR)/scalable/apps/$(DESKTOP_ID).svg
	install -D -m 644 $(DESKTOP_DATA)/$(DESKTOP_ID)-symbolic.svg $(DESTDIR)$(ICONDIR)/symbolic/apps/$(DESKTOP_ID)-symbolic.svg
	if test -f $(BUILT)/fob-desktop.ja.mo; then install -D -m 644 $(BUILT)/fob-desktop.ja.mo \
	    $(DESTDIR)$(LOCALEDIR)/ja/LC_MESSAGES/fob-desktop.mo; fi

.PHONY: uninstall
uninstall: ## Takes away what install put there; vaults stay
	rm -f $(addsuffix /fob.browser.json,$(addprefix $(DESTDIR),$(CHROMIUM_HOSTS) $(MOZILLA_HOSTS)))
	for link in $(WEBEXT_LINKS); do rm -f "$(DESTDIR)$$link"; done
	rm -rf $(DESTDIR)$(WEBEXTDIR)
	rm -f $(addprefix $(DESTDIR)$(LIBEXECDIR)/,$(HELPERS))
	rm -f $(addprefix $(DESTDIR)$(BINDIR)/,fob $(PROGRAMS)) $(DESTDIR)$(LIBDIR)/$(PROVIDER) $(DESTDIR)$(PAMDIR)/$(MODULE) $(addprefix $(DESTDIR)$(UNITDIR)/,$(UNITS))
	rm -f $(addprefix $(DESTDIR)$(SYSTEMUNITDIR)/,$(SYSTEM_UNITS)) $(addprefix $(DESTDIR)$(UDEVDIR)/,$(UDEV_RULES))
	rm -f $(foreach page,$(PAGES),$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(page))
	for page in $(TRANSLATED_PAGES); do rm -f $(DESTDIR)$(MANDIR)/$${page%%/*}/man$${page##*.}/$${page#*/}; done
	rm -f $(patsubst %,$(DESTDIR)$(LOCALEDIR)/%/LC_MESSAGES/fob.mo,$(LANGUAGES))
	rm -f $(DESTDIR)$(BASHDIR)/fob $(DESTDIR)$(ZSHDIR)/_fob $(DESTDIR)$(FISHDIR)/fob.fish
	rm -f $(addprefix $(DESTDIR),$(BINDIR)/fob-desktop $(APPLICATIONDIR)/$(DESKTOP_ID).desktop \
	    $(APPLICATIONDIR)/$(DESKTOP_ID).Link.desktop $(METAINFODIR)/$(DESKTOP_ID).metainfo.xml \
	    $(SEARCHDIR)/$(DESKTOP_ID).search-provider.ini $(DBUSDIR)/$(DESKTOP_ID).service \
	    $(RUNNERDIR)/$(DESKTOP_ID).desktop $(MIMEDIR)/$(DESKTOP_ID).xml \
	    $(ICONDIR)/scalable/apps/$(DESKTOP_ID).svg $(ICONDIR)/symbolic/apps/$(DESKTOP_ID)-symbolic.svg \
	    $(LOCALEDIR)/ja/LC_MESSAGES/fob-desktop.mo)

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
