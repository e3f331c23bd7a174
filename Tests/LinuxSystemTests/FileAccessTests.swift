import Foundation
import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite struct `What the system says of files and of the clock` {
  @Test(arguments: [0o600, 0o640, 0o644, 0o662, 0o777])
  func `permissions are those that were set`(mode: Int) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("x", to: "file")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    let access = try FileAccess.of(path: path)
    #expect(access.mode == UInt32(mode))
    #expect(access.user == getuid())
    #expect(access.isReadableByOthers == (mode & 4 != 0))
    #expect(access.isWritableByOthers == (mode & 2 != 0))
  }

  @Test func `a file that is not there is an error`() {
    #expect(throws: SystemError(call: "stat", subject: "/nowhere", code: ENOENT)) {
      try FileAccess.of(path: "/nowhere")
    }
  }

  @Test func `groups have the names of the machine's list`() throws {
    // Debian's own: /etc/group begins with root:x:0.
    #expect(FileAccess.name(ofGroup: 0) == "root")
    #expect(FileAccess.name(ofGroup: 4_000_000_000) == nil)
  }

  // The numbers are those of statfs(2).
  @Test(arguments: [
    (0x0102_1994, FileSystemKind.memory), (0x8584_58F6, .memory), (0x6969, .network),
    (0xFF53_4D42, .network), (0x6573_5546, .network), (0x794C_7630, .overlay), (0xEF53, .disk),
    (0x9123_683E, .disk), (0x5846_5342, .disk),
  ])
  func `a file system is known by its number`(magic: Int, kind: FileSystemKind) {
    #expect(FileSystemKind(magic: magic) == kind)
  }

  @Test func `a tmpfs is known as one`() throws {
    // Where processes share memory is a tmpfs on every Linux (shm_overview(7)).
    #expect(try FileSystemKind.of(path: "/dev/shm") == .memory)
    #expect(throws: SystemError(call: "statfs", subject: "/nowhere", code: ENOENT)) {
      try FileSystemKind.of(path: "/nowhere")
    }
  }

  @Test func `the kernel says whether the clock is synchronized, and by how much it may be wrong`()
    async throws
  {
    // Perl asks by another way: adjtimex is 159 on x86_64, 171 on arm64; status and maxerror are
    // the fifth and fourth word of struct timex.
    let perl = try ManagedProcess(
      "/usr/bin/perl", package: "perl-base",
      arguments: [
        "-e",
        """
        my $t = "\\0" x 208; my $n = `uname -m` =~ /x86_64/ ? 159 : 171;
        my $r = syscall($n, $t); my @f = unpack("L x4 q q q l", $t);
        print(($r == 5 || $f[4] & 64) ? "no" : "yes", "\\n");
        """,
      ])
    _ = try await perl.wait()
    try await eventually("perl has said it") { perl.output.isAtEnd }
    let clock = try ClockDiscipline.read()
    #expect(perl.output.all == [clock.isSynchronized ? "yes" : "no"])
    #expect(clock.maximumErrorMicroseconds >= 0)
  }
}
