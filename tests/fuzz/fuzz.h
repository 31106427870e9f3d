/* What every fuzz target has: one function that takes any bytes and must neither crash nor break a promise.
 *
 * A target is tests/fuzz/fuzz_<name>.c, named in tests/fuzz/meson.build; its seeds and whatever once broke it stand in
 * tests/fuzz/corpus/<name>/. In the normal build it is linked with standalone.c and its corpus is a unit test; with
 * -Dfuzz=true (clang) it is a libFuzzer program, and `make fuzz` runs it. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* libFuzzer's entry: always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise of the code under test: broken, it stops the program, and the input is kept. */
#define PROMISE(condition) ((condition) ? (void)0 : abort())

#endif
