// The start of programs that hold the C library and lie anywhere in memory (-static-pie).
#include <elf.h>
#include <stdint.h>
#include <sys/syscall.h>

// Links of such a program are made by this function of the C library, which insists that there is no search path for
// libraries; SwiftPM gives every program one ($ORIGIN). The linker puts ours in front of it (--wrap, see Package.swift). It
// runs before anything else: there is no thread-local memory yet, and no link is made.
extern Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden"), weak));
void __real__dl_relocate_static_pie(void) __attribute__((weak));
void __wrap__dl_relocate_static_pie(void);

extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden"), weak));

// Nearly every page of what is read-only after the links is written for them: they are made at once (MADV_POPULATE_WRITE, since
// Linux 5.14), not with a fault for each, which is a tenth of the agent's start.
static void populate(void) {
#if defined(__x86_64__)
    uintptr_t base = (uintptr_t)&__ehdr_start;
    const Elf64_Phdr *segment = (const Elf64_Phdr *)(base + __ehdr_start.e_phoff);
    for (int i = 0; i < __ehdr_start.e_phnum; i++, segment++) {
        if (segment->p_type != PT_GNU_RELRO) continue;
        uintptr_t start = (base + segment->p_vaddr) & ~(uintptr_t)4095;
        uintptr_t size = (base + segment->p_vaddr + segment->p_memsz - start) & ~(uintptr_t)4095;
        long result = SYS_madvise;
        __asm__ __volatile__("syscall" : "+a"(result) : "D"(start), "S"(size), "d"(23L) : "rcx", "r11", "memory");
    }
#endif
}

// Where the program lies, which each start would ask the kernel for: what "$ORIGIN" means in the search path of libraries that
// are loaded later. This is the C library's own answer where nobody knows.
const char *__wrap__dl_get_origin(void);
const char *__wrap__dl_get_origin(void) { return (const char *)-1; }

// Where the program is that Swift's runtime would start when this one crashes, for which it looks in eight directories. None of
// fob's programs is described to another.
const char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name);
const char *__wrap_swift_copyAuxiliaryExecutablePath(const char *name) {
    (void)name;
    return 0;
}

void __wrap__dl_relocate_static_pie(void) {
    populate();
    for (Elf64_Dyn *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++) {
        // An entry that says nothing in a program without a dynamic linker.
        if (entry->d_tag == DT_RUNPATH || entry->d_tag == DT_RPATH) entry->d_tag = DT_DEBUG;
    }
    __real__dl_relocate_static_pie();
}
