import Foundation
import TestSupport

/// Files that were cut, emptied, replaced, lost or written by a newer program: the store says so, and
/// not a byte of its directory changes.
struct DamagedFiles: Trial {
  let seed: UInt64

  var description: String { "cut, zeroed, foreign, newer and missing files" }

  private static let batchCount = 40
  private static let blockByteCount = 4096

  /// Something done to a file.
  private struct Damage {
    var file: String
    var what: String
    /// nil: the file is gone.
    var bytes: Data?
    /// What the refusal has to say; nil where opening with everything there is as good.
    var words: String?
  }

  func run() async throws -> String {
    let directory = try TemporaryDirectory()
    let worker = StoreWorker(in: directory, seed: seed)
    let run = try await worker.run("run", ["batches": Self.batchCount])
    guard run.ending == .code(0) else { throw TestFailure(run.words) }
    let whole = try Self.contents(of: directory.path("store"))
    var damages: [Damage] = []
    for (file, bytes) in whole.sorted(by: { $0.key < $1.key }) {
      damages += Self.damages(of: file, bytes)
    }
    damages += try Self.newerPages(whole)
    guard whole.count >= 3, damages.count > 40 else { throw TestFailure("too little to damage") }
    var harmless: [String] = []
    for damage in damages where try await !isRefused(damage, whole) {
      harmless.append("\(damage.file) \(damage.what)")
    }
    return "\(damages.count) damages to \(whole.count) files: "
      + "\(damages.count - harmless.count) refused, \(harmless.count) without harm"
      + (harmless.isEmpty ? "" : " (\(harmless.joined(separator: ", ")))")
  }

  private static func contents(of directory: String) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
      contents[name] = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
    }
    return contents
  }

  /// Puts `damage` into a fresh copy of the store; whether opening refuses it as it has to.
  private func isRefused(_ damage: Damage, _ whole: [String: Data]) async throws -> Bool {
    let directory = try TemporaryDirectory()
    let store = directory.path("store")
    try FileManager.default.createDirectory(atPath: store, withIntermediateDirectories: false)
    var files = whole
    files[damage.file] = damage.bytes
    for (name, bytes) in files { try bytes.write(to: URL(fileURLWithPath: "\(store)/\(name)")) }
    let worker = StoreWorker(in: directory, seed: seed)
    let outcome = try await worker.run("check", ["acknowledged": Self.batchCount, "more": 0])
    let what = "\(damage.file) \(damage.what)"
    if outcome.ending == .code(0), damage.words == nil { return false }
    guard outcome.ending == .code(2), let said = outcome.errors.last, said.contains(damage.file),
      damage.words.map(said.contains) ?? true
    else { throw TestFailure("\(what): \(outcome.words)") }
    guard try Self.contents(of: store) == files else {
      throw TestFailure("\(what): the directory has changed")
    }
    return true
  }

  private static func damages(of file: String, _ bytes: Data) -> [Damage] {
    let isCatalog = file == "catalog"
    var damages = [
      Damage(file: file, what: "missing", bytes: nil, words: "no file \(file)"),
      Damage(
        file: file, what: "zeroed", bytes: Data(count: bytes.count),
        words: "does not begin like a file of Poolwatch"),
      Damage(
        file: file, what: "foreign",
        bytes: Data((0..<bytes.count).map { Array("SQLite format 3\0".utf8)[$0 % 16] }),
        words: "does not begin like a file of Poolwatch"),
    ]
    // The catalog tells the sizes of the others, and two copies of itself.
    let lengths = [
      0, 1, 7, 8, 11, 12, 23, 24, 63, 64, 67, 68, 127, 128, 4095, 4096, 4097, 8191, 8192, 8193,
      16_383, 16_384, 16_385, bytes.count / 2, bytes.count - 4096, bytes.count - 1024,
      bytes.count - 1,
    ]
    for length in Set(lengths).sorted() where (0..<bytes.count).contains(length) {
      damages.append(
        Damage(
          file: file, what: "cut to \(length)", bytes: bytes.prefix(length),
          words: isCatalog ? nil : "\(length) bytes instead of \(bytes.count)"))
    }
    for more in [1, 4096] {
      damages.append(
        Damage(
          file: file, what: "longer by \(more)", bytes: bytes + Data(count: more),
          words: isCatalog ? nil : "\(bytes.count + more) bytes instead of \(bytes.count)"))
    }
    var header = bytes
    for offset in 0..<min(16_384, bytes.count) { header[offset] = 0 }
    damages.append(
      Damage(
        file: file, what: "with a zeroed header", bytes: header,
        words: "does not begin like a file of Poolwatch"))
    var newer = bytes
    for block in stride(from: 0, to: min(16_384, bytes.count), by: blockByteCount)
    where bytes[block..<block + 8] == bytes[0..<8] {
      newer[block + 8] += 1
    }
    damages.append(
      Damage(
        file: file, what: "newer", bytes: newer,
        words: "has format \(newer[8])"))
    return damages
  }

  /// A page in each pages file that a newer program wrote: its version one higher, its checksum right.
  private static func newerPages(_ whole: [String: Data]) throws -> [Damage] {
    try whole.filter { $0.key.hasSuffix(".pages") }.sorted { $0.key < $1.key }
      .compactMap { file, bytes in
        let magic = Data("PWPG".utf8)
        guard let start = bytes.range(of: magic, in: 2 * blockByteCount..<bytes.count)?.lowerBound
        else {
          // No day is over yet.
          guard file != "raw.pages" else { throw TestFailure("no page in \(file)") }
          return nil
        }
        var newer = bytes
        newer[start + 4] += 1
        let checksum = crc32c(newer[start..<start + 124])
        for index in 0..<4 {
          newer[start + 124 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * index))
        }
        return Damage(
          file: file, what: "with a newer page", bytes: newer,
          words: "has format \(newer[start + 4])")
      }
  }

  /// CRC-32C by its definition, a bit at a time (RFC 3720, appendix B.4).
  private static func crc32c(_ bytes: Data) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1
      }
    }
  }
}
