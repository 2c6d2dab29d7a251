// The start of programs that hold the C library and lie anywhere in memory (-static-pie).
#include <elf.h>

// Links of such a program are made by this function of the C library, which insists that there is no search path for
// libraries; SwiftPM gives every program one ($ORIGIN). The linker puts ours in front of it (--wrap, see Package.swift). It
// runs before anything else: there is no thread-local memory yet, and no link is made.
extern Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden"), weak));
void __real__dl_relocate_static_pie(void) __attribute__((weak));
void __wrap__dl_relocate_static_pie(void);

void __wrap__dl_relocate_static_pie(void) {
    for (Elf64_Dyn *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++) {
        // An entry that says nothing in a program without a dynamic linker.
        if (entry->d_tag == DT_RUNPATH || entry->d_tag == DT_RPATH) entry->d_tag = DT_DEBUG;
    }
    __real__dl_relocate_static_pie();
}
