// What is freed is wiped: names, notes on their way and other text that is not in locked memory must not outlive the lock
// of a vault in the heap. Programs that want it are linked with --wrap=free and --wrap=realloc, so that every call in
// them and in the libraries inside them comes here.
#include "linux.h"
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

// The C library's own, by the names that it gives to those who replace them.
extern void __libc_free(void *);

void __wrap_free(void *block) {
    if (!block) return;
    memset(block, 0, malloc_usable_size(block));
    __asm__ __volatile__("" : : "r"(block) : "memory");
    __libc_free(block);
}

void *__wrap_realloc(void *block, size_t size) {
    if (!block) return malloc(size);
    if (size == 0) {
        __wrap_free(block);
        return NULL;
    }
    size_t usable = malloc_usable_size(block);
    if (size <= usable && size >= usable / 2) return block;
    void *other = malloc(size);
    if (!other) return NULL;
    memcpy(other, block, size < usable ? size : usable);
    __wrap_free(block);
    return other;
}

void fob_trim_heap(void) { malloc_trim(0); }

void fob_one_heap(void) { mallopt(M_ARENA_MAX, 1); }

#if defined(__x86_64__)
// Not by __builtin_cpu_supports(): what that brings asks the processor at each start, which takes 0.1 ms in a virtual machine.
#include <sys/platform/x86.h>

__attribute__((target("avx512f"))) static void clear_upper(void) {
    __asm__ __volatile__(
        "vpxorq %%zmm16, %%zmm16, %%zmm16\n vpxorq %%zmm17, %%zmm17, %%zmm17\n"
        "vpxorq %%zmm18, %%zmm18, %%zmm18\n vpxorq %%zmm19, %%zmm19, %%zmm19\n"
        "vpxorq %%zmm20, %%zmm20, %%zmm20\n vpxorq %%zmm21, %%zmm21, %%zmm21\n"
        "vpxorq %%zmm22, %%zmm22, %%zmm22\n vpxorq %%zmm23, %%zmm23, %%zmm23\n"
        "vpxorq %%zmm24, %%zmm24, %%zmm24\n vpxorq %%zmm25, %%zmm25, %%zmm25\n"
        "vpxorq %%zmm26, %%zmm26, %%zmm26\n vpxorq %%zmm27, %%zmm27, %%zmm27\n"
        "vpxorq %%zmm28, %%zmm28, %%zmm28\n vpxorq %%zmm29, %%zmm29, %%zmm29\n"
        "vpxorq %%zmm30, %%zmm30, %%zmm30\n vpxorq %%zmm31, %%zmm31, %%zmm31\n" ::: "memory");
}

__attribute__((target("avx"))) static void clear_lower(void) { __asm__ __volatile__("vzeroall" ::: "memory"); }

void fob_clear_vectors(void) {
    if (CPU_FEATURE_ACTIVE(AVX512F)) clear_upper();
    if (CPU_FEATURE_ACTIVE(AVX)) {
        clear_lower();
        return;
    }
    __asm__ __volatile__(
        "pxor %%xmm0, %%xmm0\n pxor %%xmm1, %%xmm1\n pxor %%xmm2, %%xmm2\n pxor %%xmm3, %%xmm3\n"
        "pxor %%xmm4, %%xmm4\n pxor %%xmm5, %%xmm5\n pxor %%xmm6, %%xmm6\n pxor %%xmm7, %%xmm7\n"
        "pxor %%xmm8, %%xmm8\n pxor %%xmm9, %%xmm9\n pxor %%xmm10, %%xmm10\n pxor %%xmm11, %%xmm11\n"
        "pxor %%xmm12, %%xmm12\n pxor %%xmm13, %%xmm13\n pxor %%xmm14, %%xmm14\n pxor %%xmm15, %%xmm15\n" :::
            "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
            "xmm13", "xmm14", "xmm15", "memory");
}
#elif defined(__aarch64__)
void fob_clear_vectors(void) {
    // The lower halves of v8 to v15 belong to the caller.
    __asm__ __volatile__(
        "movi v0.2d, #0\n movi v1.2d, #0\n movi v2.2d, #0\n movi v3.2d, #0\n movi v4.2d, #0\n movi v5.2d, #0\n"
        "movi v6.2d, #0\n movi v7.2d, #0\n movi v16.2d, #0\n movi v17.2d, #0\n movi v18.2d, #0\n"
        "movi v19.2d, #0\n movi v20.2d, #0\n movi v21.2d, #0\n movi v22.2d, #0\n movi v23.2d, #0\n"
        "movi v24.2d, #0\n movi v25.2d, #0\n movi v26.2d, #0\n movi v27.2d, #0\n movi v28.2d, #0\n"
        "movi v29.2d, #0\n movi v30.2d, #0\n movi v31.2d, #0\n" :::
            "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23",
            "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31", "memory");
}
#else
void fob_clear_vectors(void) {}
#endif
