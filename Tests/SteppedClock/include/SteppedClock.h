// A wall clock that a test steps, for a program that is started with this library in LD_PRELOAD.
//
// The environment's STEPPED_CLOCK names a file of 16 bytes, two little-endian integers of 64 bits:
// how many seconds the wall clock is off, and whether the kernel is to say that somebody keeps it
// right. It may be written to at any time.
