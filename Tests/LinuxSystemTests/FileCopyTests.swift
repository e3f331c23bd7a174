import Foundation
import LinuxSystem
import Testing

@Suite struct `Copies and names of files` {
  private func withDirectory(_ body: (String) throws -> Void) throws {
    let path = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func allocated(_ path: String) throws -> Int {
    let url = URL(fileURLWithPath: path)
    return try #require(
      try url.resourceValues(forKeys: [.fileAllocatedSizeKey]).fileAllocatedSize)
  }

  /// Around the block of 4 KiB and the chunk of 1 MiB.
  @Test(arguments: [0, 1, 4095, 4096, 4097, 1 << 20, 1 << 20 + 1, 3 << 20])
  func `a copy has the bytes of the original`(byteCount: Int) throws {
    try withDirectory { path in
      var original = Data(count: byteCount)
      for place in stride(from: 0, to: byteCount, by: 12_289) { original[place] = 0xA5 }
      try original.write(to: URL(fileURLWithPath: path + "/a"))
      for isAllocated in [false, true] {
        var done = 0
        let copy = path + "/copy-\(isAllocated)"
        try FileCopy.copy(path + "/a", to: copy, isAllocated: isAllocated) { done += $0.count }
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy)) == original)
        #expect(done == byteCount)
      }
    }
  }

  @Test func `zeros take no room in a copy, unless they are to have it`() throws {
    try withDirectory { path in
      try Data(count: 4 << 20).write(to: URL(fileURLWithPath: path + "/a"))
      try FileCopy.copy(path + "/a", to: path + "/sparse", isAllocated: false) { _ in }
      try FileCopy.copy(path + "/a", to: path + "/whole", isAllocated: true) { _ in }
      #expect(try allocated(path + "/sparse") < 1 << 20)
      #expect(try allocated(path + "/whole") >= 4 << 20)
    }
  }

  @Test func `nothing is copied over`() throws {
    try withDirectory { path in
      try Data([1]).write(to: URL(fileURLWithPath: path + "/a"))
      try Data([2]).write(to: URL(fileURLWithPath: path + "/b"))
      #expect {
        try FileCopy.copy(path + "/a", to: path + "/b", isAllocated: false) { _ in }
      } throws: {
        ($0 as? SystemError)?.code == EEXIST
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/b")) == Data([2]))
    }
  }

  @Test func `two directories exchange their names in one step`() throws {
    try withDirectory { path in
      for name in ["a", "b"] {
        try Files.makeDirectories(path: "\(path)/\(name)")
        try Data(name.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)/\(name)"))
      }
      try Files.exchange(path + "/a", path + "/b")
      #expect(try Files.names(inDirectory: path + "/a") == ["b"])
      #expect(try Files.names(inDirectory: path + "/b") == ["a"])
      #expect { try Files.exchange(path + "/a", path + "/none") } throws: {
        ($0 as? SystemError)?.code == ENOENT
      }
    }
  }

  @Test func `kinds, names and removal`() throws {
    try withDirectory { path in
      #expect(try Files.kind(ofPath: path + "/none") == .absent)
      #expect(try Files.kind(ofPath: path) == .directory)
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path + "/f"))
      #expect(try Files.kind(ofPath: path + "/f") == .file(byteCount: 3))
      #expect(try Files.kind(ofPath: "/dev/null") == .other)
      #expect(try Files.names(inDirectory: path + "/none").isEmpty)
      try Files.makeDirectories(path: path + "/d/inner")
      try Data([1]).write(to: URL(fileURLWithPath: path + "/d/x"))
      // A directory in it is not ours to remove.
      #expect { try Files.removeDirectory(path: path + "/d") } throws: {
        ($0 as? SystemError)?.code == ENOTEMPTY
      }
      try Files.removeDirectory(path: path + "/d/inner")
      try Files.removeDirectory(path: path + "/d")
      #expect(try Files.names(inDirectory: path) == ["f"])
      try Files.move(path + "/f", to: path + "/g")
      #expect(try Files.names(inDirectory: path) == ["g"])
      #expect(try Files.freeByteCount(ofDiskWith: path) > 0)
    }
  }

  @Test(arguments: [
    ("/a/b", "/a"), ("/a/b/", "/a"), ("/a", "/"), ("/", "/"), ("a", "."), ("a/b", "a"),
  ])
  func `the directory that holds a path`(path: String, parent: String) {
    #expect(Files.parent(of: path) == parent)
  }

  @Test func `the holder of a lock is named`() throws {
    try withDirectory { path in
      #expect(DirectoryLock.holder(path: path) == nil)
      let lock = try DirectoryLock(path: path)
      #expect(DirectoryLock.holder(path: path) == Int(ProcessInfo.processInfo.processIdentifier))
      withExtendedLifetime(lock) {}
      try Data("no number\n".utf8).write(to: URL(fileURLWithPath: path + "/lock"))
      #expect(DirectoryLock.holder(path: path) == nil)
    }
  }
}
