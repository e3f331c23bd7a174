import PoolModel

/// An open file of a `SimulatedDisk`.
final class SimulatedFile: StorageFile {
  private let disk: SimulatedDisk
  private let content: SimulatedDisk.Content
  private let name: String

  init(disk: SimulatedDisk, content: SimulatedDisk.Content, name: String) {
    self.disk = disk
    self.content = content
    self.name = name
  }

  var byteCount: Int { content.seen.count }

  func read(into bytes: inout MutableSpan<UInt8>, at offset: Int) throws(StorageError) {
    try disk.attempt(.read, name)
    if disk.unreadable[name]?.overlaps(offset..<offset + bytes.count) ?? false {
      throw StorageError(call: "read", file: name, code: 5, reason: "a worn-out sector")
    }
    guard offset >= 0, offset + bytes.count <= content.seen.count else {
      throw StorageError(call: "read", file: name, code: 5, reason: "past the end")
    }
    let seen = content.seen
    for index in 0..<bytes.count { bytes[index] = seen[offset + index] }
  }

  func write(_ bytes: Span<UInt8>, at offset: Int) throws(StorageError) {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in 0..<bytes.count { copy.append(bytes[index]) }
    try disk.write(copy, to: content, at: offset, name: name)
  }

  func synchronize() throws(StorageError) { try disk.synchronize(content, name: name) }
}

extension SimulatedDisk {
  fileprivate func write(
    _ bytes: [UInt8], to content: Content, at offset: Int, name: String
  ) throws(StorageError) {
    precondition(offset >= 0 && offset + bytes.count <= content.seen.count, "outside the file")
    var done = bytes
    var failure: StorageError?
    do { try attempt(.write, name) } catch {
      // A write that fails may have come some way: whole sectors, as disks write them.
      done = Array(bytes.prefix(Int(random.next() % UInt64(bytes.count / 512 + 1)) * 512))
      if losesPower { done = isPowerGoing ? bytes : [] }
      failure = error
    }
    if !done.isEmpty {
      content.seen.replaceSubrange(offset..<offset + done.count, with: done)
      content.writes.append((offset, done))
    }
    if let failure { throw failure }
  }

  fileprivate func synchronize(_ content: Content, name: String) throws(StorageError) {
    do { try attempt(.synchronize, name) } catch {
      if !losesPower { settlePartly(content) }
      throw error
    }
    for write in content.writes {
      content.settled.replaceSubrange(
        write.offset..<write.offset + write.bytes.count, with: write.bytes)
    }
    content.writes = []
  }
}
