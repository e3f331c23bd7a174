import Foundation
import TestSupport

#if canImport(Glibc)
  import Glibc
#endif

/// What trials that mount file systems need of the machine.
enum Privileges {
  private static let mark = "DISKFAULTS_NAMESPACE"

  /// Whether mounts made here vanish with this process and its children.
  static var isInOwnNamespace: Bool { ProcessInfo.processInfo.environment[mark] != nil }

  /// Runs this program again in a mount namespace of its own: nothing stays mounted, however it ends.
  ///
  /// - Returns: its exit code; nil when this user may not do that.
  static func runInOwnNamespace(_ arguments: [String]) async -> Int32? {
    let unshare = ["/usr/bin/unshare", "--mount", "--propagation", "private"]
    guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let command = await firstThatRuns(unshare, ["/usr/bin/sudo", "-n"] + unshare)
    else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = command.dropFirst() + ["/usr/bin/env", "\(mark)=1", own] + arguments
    do {
      try process.run()
    } catch {
      return nil
    }
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 1
  }

  private static func firstThatRuns(_ commands: [String]...) async -> [String]? {
    for command in commands {
      let arguments = command.dropFirst() + ["/bin/true"]
      // Not being allowed to is an answer.
      guard (try? await ManagedProcess.run(command[0], arguments: Array(arguments))) != nil
      else { continue }
      return command
    }
    return nil
  }

  /// - Throws: `TestFailure` that says what to do when this process may not mount anything.
  static func requireMounting() throws {
    guard geteuid() == 0 else {
      throw TestFailure("mounting needs root: run as root, or let 'sudo -n' work")
    }
    for (program, package) in [
      ("/usr/bin/mount", "mount"), ("/usr/bin/umount", "mount"),
      ("/usr/sbin/mkfs.ext4", "e2fsprogs"),
    ] { try ManagedProcess.requireProgram(program, package: package) }
  }
}
