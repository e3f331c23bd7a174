#ifndef POOLWATCH_CTERMINAL_SHIM_H
#define POOLWATCH_CTERMINAL_SHIM_H

#include <wchar.h>

// Swift sees glibc without _XOPEN_SOURCE, and so without this function of X/Open (POSIX).
extern int wcwidth(wchar_t scalar);

#endif
