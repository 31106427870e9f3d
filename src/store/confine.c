#include "store/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONFINE_RELAXED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define CONFINE_RELAXED 1
#endif
#endif
#ifndef CONFINE_RELAXED
#define CONFINE_RELAXED 0
#endif

static int cap(__rlimit_resource_t what, size_t most) {
  struct rlimit limit = {most, most};
  return setrlimit(what, &limit);
}

static int set_limits(size_t memory, int cpu_s) {
  if (!CONFINE_RELAXED && cap(RLIMIT_AS, memory) < 0) return -1;
  if (cap(RLIMIT_CPU, (size_t)cpu_s) < 0 || cap(RLIMIT_CORE, 0) < 0) return -1;
  return cap(RLIMIT_FSIZE, 0);
}

/* Every right the first version of Landlock knows is taken and none given back. A kernel without it is no error: the
 * system call filter closes the same doors. */
static void leave_file_system(void) {
  struct landlock_ruleset_attr all = {.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
  int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all.handled_access_fs, 0);
  if (rules < 0) return;
  syscall(SYS_landlock_restrict_self, rules, 0);
  close(rules);
}

static int add_all(scmp_filter_ctx filter, uint32_t what, const int *calls, size_t count) {
  int r = 0;
  for (size_t i = 0; i < count && r == 0; i++) {
    r = seccomp_rule_add(filter, what, calls[i], 0);
    if (r == -EDOM) r = 0; /* this machine does not have that call */
  }
  return r;
}

static int add_strict(scmp_filter_ctx filter) {
  static const int allowed[] = {
      SCMP_SYS(read),         SCMP_SYS(write),         SCMP_SYS(exit),  SCMP_SYS(exit_group), SCMP_SYS(brk),
      SCMP_SYS(munmap),       SCMP_SYS(mremap),        SCMP_SYS(madvise), SCMP_SYS(futex),    SCMP_SYS(rt_sigreturn),
      SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom), SCMP_SYS(restart_syscall),
      SCMP_SYS(sysinfo),      SCMP_SYS(sched_getaffinity)};
  static const int refused[] = {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(newfstatat), SCMP_SYS(fstat), SCMP_SYS(readlink)};
  int r = add_all(filter, SCMP_ACT_ALLOW, allowed, sizeof allowed / sizeof *allowed);
  if (r == 0) r = add_all(filter, SCMP_ACT_ERRNO(EACCES), refused, sizeof refused / sizeof *refused);
  /* memory, but none that can be run */
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  return r;
}

static int add_relaxed(scmp_filter_ctx filter) {
  static const int killed[] = {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
                               SCMP_SYS(vfork),  SCMP_SYS(unlink),  SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat2),
                               SCMP_SYS(mkdir),  SCMP_SYS(mkdirat), SCMP_SYS(creat)};
  return add_all(filter, SCMP_ACT_KILL_PROCESS, killed, sizeof killed / sizeof *killed);
}

static int filter_calls(void) {
  scmp_filter_ctx filter = seccomp_init(CONFINE_RELAXED ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS);
  if (!filter) return -1;
  int r = CONFINE_RELAXED ? add_relaxed(filter) : add_strict(filter);
  if (r == 0) r = seccomp_load(filter);
  seccomp_release(filter);
  return r < 0 ? -1 : 0;
}

int confine_helper(size_t memory, int cpu_s, struct error *err) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || set_limits(memory, cpu_s) < 0)
    return error_unavailable(err, "file.photo.helper", "cannot set limits: %s", strerror(errno));
  leave_file_system();
  if (filter_calls() < 0) return error_unavailable(err, "file.photo.helper", "cannot filter system calls");
  return 0;
}

/* --- a helper that draws ---------------------------------------------------------------------------------------- */

static void allow_reading(int rules, const char *path) {
  struct landlock_path_beneath_attr below = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR};
  below.parent_fd = open(path, O_PATH | O_CLOEXEC);
  if (below.parent_fd < 0) return;
  syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
  close(below.parent_fd);
}

static void keep_only(const char *const *readable) {
  struct landlock_ruleset_attr all = {.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
  int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all.handled_access_fs, 0);
  if (rules < 0) return;
  for (; *readable; readable++) allow_reading(rules, *readable);
  syscall(SYS_landlock_restrict_self, rules, 0);
  close(rules);
}

int confine_files(const char *const *readable, size_t memory, int cpu_s, const char *code, struct error *err) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || set_limits(memory, cpu_s) < 0)
    return error_unavailable(err, code, "cannot set limits: %s", strerror(errno));
  keep_only(readable);
  return 0;
}

/* What looking for fonts needs besides the usual: opening for reading, asking about files, mapping them, threads. */
static int add_reading(scmp_filter_ctx filter) {
  static const int allowed[] = {
      SCMP_SYS(read),      SCMP_SYS(write),     SCMP_SYS(pread64),   SCMP_SYS(lseek),      SCMP_SYS(close),
      SCMP_SYS(fstat),     SCMP_SYS(newfstatat), SCMP_SYS(stat),     SCMP_SYS(lstat),      SCMP_SYS(statfs),
      SCMP_SYS(fstatfs),   SCMP_SYS(getdents64), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(access),
      SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(fcntl),    SCMP_SYS(exit),       SCMP_SYS(exit_group),
      SCMP_SYS(brk),       SCMP_SYS(munmap),    SCMP_SYS(mremap),    SCMP_SYS(madvise),    SCMP_SYS(futex),
      SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
      SCMP_SYS(getrandom), SCMP_SYS(restart_syscall), SCMP_SYS(sysinfo), SCMP_SYS(sched_getaffinity),
      SCMP_SYS(sched_yield), SCMP_SYS(getpid),  SCMP_SYS(gettid),    SCMP_SYS(getuid),     SCMP_SYS(geteuid),
      SCMP_SYS(fadvise64), SCMP_SYS(uname),     SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(prctl)};
  int r = add_all(filter, SCMP_ACT_ALLOW, allowed, sizeof allowed / sizeof *allowed);
  const struct scmp_arg_cmp only_reading = SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
  const struct scmp_arg_cmp only_thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
  if (r == 0) r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, only_reading);
  /* Fonts are looked for in threads. What clone3 is asked for cannot be seen from here: without it clone is used. */
  if (r == 0) r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  if (r == 0) r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, only_thread);
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  if (r == 0)
    r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  return r;
}

int confine_calls(const char *code, struct error *err) {
  scmp_filter_ctx filter = seccomp_init(CONFINE_RELAXED ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS);
  if (!filter) return error_unavailable(err, code, "no filter of system calls");
  int r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
  if (r == 0) r = CONFINE_RELAXED ? add_relaxed(filter) : add_reading(filter);
  if (r == 0) r = seccomp_load(filter);
  seccomp_release(filter);
  return r < 0 ? error_unavailable(err, code, "cannot filter system calls: %s", strerror(-r)) : 0;
}
