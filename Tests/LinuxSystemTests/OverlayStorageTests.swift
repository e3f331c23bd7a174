import Foundation
import LinuxSystem
import PoolModel
import Testing

@Suite struct `A storage whose changes stay in memory` {
  private func withDirectory(_ body: (String, DiskStorage, OverlayStorage) throws -> Void) throws {
    let path = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let disk = try DiskStorage(path: path)
    try body(path, disk, OverlayStorage(over: disk))
  }

  private func bytes(_ file: any StorageFile, _ count: Int, at offset: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: count)
    var span = bytes.mutableSpan
    try file.read(into: &span, at: offset)
    return bytes
  }

  /// The model is an array of bytes in memory; lengths and places are drawn from a seed.
  @Test(arguments: [1, 4095, 4096, 4097, 20_000])
  func `reads what was written, and the disk keeps what it had`(byteCount: Int) throws {
    try withDirectory { path, disk, overlay in
      var random = SplitMix64(seed: UInt64(byteCount))
      var model = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
      let original = model
      try disk.create("a", byteCount: byteCount).write(model.span, at: 0)
      let file = try #require(try overlay.open("a"))
      for _ in 0..<200 {
        let start = Int.random(in: 0..<byteCount, using: &random)
        let end = Int.random(in: start...min(byteCount, start + 9000), using: &random)
        if Bool.random(using: &random) {
          let new = (start..<end).map { _ in UInt8.random(in: 0...255, using: &random) }
          try file.write(new.span, at: start)
          model.replaceSubrange(start..<end, with: new)
        } else {
          #expect(try bytes(file, end - start, at: start) == Array(model[start..<end]))
        }
      }
      try file.synchronize()
      // The same file, opened again in the same overlay.
      #expect(try bytes(try #require(try overlay.open("a")), byteCount, at: 0) == model)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/a")) == Data(original))
    }
  }

  @Test func `files that are made, renamed or removed are so in memory alone`() throws {
    try withDirectory { path, disk, overlay in
      try disk.create("old", byteCount: 4).write(([1, 2, 3, 4] as [UInt8]).span, at: 0)
      let new = try overlay.create("new", byteCount: 10_000)
      #expect(try bytes(new, 10_000, at: 0) == [UInt8](repeating: 0, count: 10_000))
      try new.write(([7] as [UInt8]).span, at: 9_999)
      #expect(try overlay.fileNames() == ["new", "old"])
      try overlay.rename("new", to: "old")
      #expect(try overlay.fileNames() == ["old"])
      #expect(try overlay.open("old")?.byteCount == 10_000)
      try overlay.remove("old")
      try overlay.remove("old")
      #expect(try overlay.fileNames().isEmpty)
      #expect(try overlay.open("old") == nil)
      #expect(try disk.fileNames() == ["old"])
      #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/old")) == Data([1, 2, 3, 4]))
    }
  }

  @Test func `mistakes are those of the disk`() throws {
    try withDirectory { _, disk, overlay in
      _ = try disk.create("a", byteCount: 8)
      #expect { _ = try overlay.create("a", byteCount: 1) } throws: {
        ($0 as? StorageError)?.code == EEXIST
      }
      #expect { try overlay.rename("b", to: "c") } throws: {
        ($0 as? StorageError)?.code == ENOENT
      }
      for name in ["a", "n"] {
        let file = try overlay.open(name) ?? overlay.create(name, byteCount: 8)
        #expect(throws: StorageError.self) { _ = try bytes(file, 4, at: 6) }
      }
    }
  }
}
