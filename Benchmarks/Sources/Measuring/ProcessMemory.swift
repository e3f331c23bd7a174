import LinuxSystem

/// What this process has in memory.
package enum ProcessMemory {
  /// RssAnon of /proc/self/status, in bytes.
  package static func anonymousByteCount() throws -> Int { try byteCount("RssAnon:") }

  /// VmRSS of /proc/self/status, in bytes.
  package static func residentByteCount() throws -> Int { try byteCount("VmRSS:") }

  private static func byteCount(_ name: String) throws -> Int {
    let text = String(decoding: try Files.bytes(atPath: "/proc/self/status"), as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix(name) {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      if words.count >= 2, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
    }
    throw Failure("/proc/self/status has no \(name)")
  }
}
