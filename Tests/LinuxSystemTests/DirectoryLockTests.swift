import Foundation
import LinuxSystem
import Testing

@Suite struct DirectoryLockTests {
  @Test func `a second lock on the directory is refused, and names the file`() throws {
    let path = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let first = try DirectoryLock(path: path)
    #expect(throws: DirectoryLockError.held(path: path + "/lock")) {
      _ = try DirectoryLock(path: path)
    }
    withExtendedLifetime(first) {}
    #expect(DirectoryLockError.held(path: "/x/lock").description.contains("another process"))
  }

  @Test func `a lock is free again when its owner is gone`() throws {
    let path = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: path) }
    do { _ = try DirectoryLock(path: path) }
    _ = try DirectoryLock(path: path)
  }

  @Test func `a directory that is not there is an error of the system`() {
    #expect {
      _ = try DirectoryLock(path: "/no/such/directory")
    } throws: { error in
      guard case .system(let error)? = error as? DirectoryLockError else { return false }
      return error.code == 2 && error.subject == "/no/such/directory/lock"
    }
  }
}

/// A new directory for one test.
func temporaryDirectory() throws -> String {
  let path = NSTemporaryDirectory() + "poolwatch-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}
