import ArgumentParser
import Foundation
import LinuxSystem

/// The broker's password file.
struct BrokerPasswords {
  let directory: BrokerDirectory

  /// Whether `name` has a password.
  func has(_ name: String) throws -> Bool {
    try lines().contains { isLine($0, of: name) }
  }

  /// Gives `name` a new password, in place of any it has.
  ///
  /// - Returns: The password; the file holds its hash alone.
  func renew(_ name: String) throws -> String {
    let password = Self.random()
    let plain = "\(directory.enrolment)/plain"
    defer {
      // It lies in a directory for its owner alone, and the next enrolment overwrites it.
      try? directory.remove(plain)
    }
    // In a file and not among the arguments, which every user of the machine can read.
    try Data("\(name):\(password)\n".utf8).write(to: URL(fileURLWithPath: plain))
    try OutsideProgram.mosquittoPasswd.run(["-U", plain], in: directory.enrolment)
    let hashed = try Files.bytes(atPath: plain).split(separator: UInt8(ascii: "\n"))
    guard hashed.count == 1, hashed[0].starts(with: "\(name):$".utf8) else {
      throw CommandFailure(
        "\(OutsideProgram.mosquittoPasswd.path) made no hash of a password", exitCode: .failure)
    }
    try write(try lines().filter { !isLine($0, of: name) } + [Array(hashed[0])])
    return password
  }

  /// Takes the password of `name` away.
  func remove(_ name: String) throws {
    guard try has(name) else { return }
    try write(try lines().filter { !isLine($0, of: name) })
  }

  private func lines() throws -> [[UInt8]] {
    try directory.bytesIfAny(atPath: directory.passwordFile)
      .split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  private func isLine(_ line: [UInt8], of name: String) -> Bool {
    line.starts(with: "\(name):".utf8)
  }

  private func write(_ lines: [[UInt8]]) throws {
    let bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    try directory.publish(
      bytes, to: directory.passwordFile, permissions: 0o600, isBrokers: true)
  }

  /// 24 characters of 55, which are 138 random bits; without those that look alike on paper, and
  /// without any that a shell obeys.
  private static func random() -> String {
    let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789")
    // The system's generator, which is fit for secrets.
    var generator = SystemRandomNumberGenerator()
    return String(
      (0..<24).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
  }
}
