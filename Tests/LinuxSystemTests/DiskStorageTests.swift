import Foundation
import LinuxSystem
import PoolModel
import Testing

@Suite struct DiskStorageTests {
  private func withStorage(_ body: (DiskStorage, String) throws -> Void) throws {
    let path = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(try DiskStorage(path: path), path)
  }

  @Test func `a created file has its size on the disk, all of it zero`() throws {
    try withStorage { storage, path in
      let file = try storage.create("a", byteCount: 100_000)
      #expect(file.byteCount == 100_000)
      var bytes = [UInt8](repeating: 7, count: 100_000)
      var span = bytes.mutableSpan
      try file.read(into: &span, at: 0)
      #expect(bytes.allSatisfy { $0 == 0 })
      let url = URL(fileURLWithPath: path + "/a")
      let values = try url.resourceValues(forKeys: [.fileSizeKey, .fileAllocatedSizeKey])
      #expect(values.fileSize == 100_000)
      #expect(try #require(values.fileAllocatedSize) >= 100_000)
    }
  }

  @Test func `what was written is read again, also after opening anew`() throws {
    try withStorage { storage, _ in
      let file = try storage.create("a", byteCount: 64)
      let written: [UInt8] = [1, 2, 3, 4, 5]
      try file.write(written.span, at: 59)
      try file.synchronize()
      let again = try #require(try storage.open("a"))
      var bytes = [UInt8](repeating: 0, count: 6)
      var span = bytes.mutableSpan
      try again.read(into: &span, at: 58)
      #expect(bytes == [0, 1, 2, 3, 4, 5])
    }
  }

  @Test func `reading past the end is an error`() throws {
    try withStorage { storage, _ in
      let file = try storage.create("a", byteCount: 10)
      #expect(throws: StorageError.self) {
        var bytes = [UInt8](repeating: 0, count: 4)
        var span = bytes.mutableSpan
        try file.read(into: &span, at: 8)
      }
    }
  }

  @Test func `a file that is there is not created over`() throws {
    try withStorage { storage, _ in
      let file = try storage.create("a", byteCount: 8)
      try file.write(([9] as [UInt8]).span, at: 0)
      #expect {
        _ = try storage.create("a", byteCount: 8)
      } throws: { error in
        (error as? StorageError)?.code == EEXIST && (error as? StorageError)?.file == "a"
      }
      var bytes: [UInt8] = [0]
      var span = bytes.mutableSpan
      try #require(try storage.open("a")).read(into: &span, at: 0)
      #expect(bytes == [9])
    }
  }

  @Test func `more than the disk can hold is refused and leaves nothing behind`() throws {
    try withStorage { storage, _ in
      // 8 EiB less 4 KiB: more than any file system takes.
      #expect(throws: StorageError.self) {
        _ = try storage.create("huge", byteCount: Int.max - 4095)
      }
      let names = try storage.fileNames()
      #expect(names.isEmpty)
    }
  }

  @Test func `files are renamed over others, removed, listed, and missing ones are nil`() throws {
    try withStorage { storage, _ in
      _ = try storage.create("a", byteCount: 8)
      _ = try storage.create("b", byteCount: 16)
      try storage.rename("a", to: "b")
      #expect(try storage.fileNames() == ["b"])
      #expect(try storage.open("b")?.byteCount == 8)
      #expect(try storage.open("a") == nil)
      try storage.remove("b")
      try storage.remove("b")
      #expect(try storage.fileNames().isEmpty)
    }
  }

  @Test func `a missing directory is made, a missing parent is an error that names it`() throws {
    try withStorage { _, path in
      let inner = try DiskStorage(path: path + "/store")
      #expect(try inner.fileNames().isEmpty)
      #expect {
        _ = try DiskStorage(path: path + "/no/store")
      } throws: { error in
        (error as? StorageError)?.code == ENOENT
          && (error as? StorageError)?.file == path + "/no/store"
      }
    }
  }
}
