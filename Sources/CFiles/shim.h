#ifndef POOLWATCH_CFILES_SHIM_H
#define POOLWATCH_CFILES_SHIM_H

// Swift sees glibc without _GNU_SOURCE, and so without this function (renameat2(2)) and its flag.
extern int renameat2(int oldDirectory, const char *oldPath, int newDirectory, const char *newPath,
                     unsigned int flags);
#define POOLWATCH_RENAME_EXCHANGE 2u

// statfs(2) and adjtimex(2), whose headers Swift's module of glibc leaves out.
#include <sys/timex.h>
#include <sys/vfs.h>

#endif
