import ArgumentParser
import Foundation
import Glibc
import LinuxSystem

/// The broker's directory: the files that say who may speak, and what enrolling remembers.
///
/// ```
/// poolwatch.passwd       names and hashes of passwords: the broker's password_file
/// poolwatch.acl          who may write where: the broker's acl_file; what people wrote in it stays
/// certs/gateway-ca.crt   the authority for client certificates: a listener's cafile
/// certs/gateway-ca.crl   what it has revoked: the listener's crlfile
/// certs/broker-ca.crt    the authority of the broker's own certificate, only named here
/// enrolment/             for its owner alone: the lock, what is being made, and the authority
///   authority/           its key, its list of certificates, each certificate
///   VENUE.key, VENUE.crt what is handed to a venue with a certificate
/// ```
struct BrokerDirectory {
  /// Where the broker's configuration usually lies.
  static let usualPath = "/etc/mosquitto"

  let path: String
  private let lock: DirectoryLock

  var passwordFile: String { "\(path)/poolwatch.passwd" }
  var aclFile: String { "\(path)/poolwatch.acl" }
  var certificates: String { "\(path)/certs" }
  var authorityCertificate: String { "\(certificates)/gateway-ca.crt" }
  var revocationList: String { "\(certificates)/gateway-ca.crl" }
  var brokerAuthority: String { "\(certificates)/broker-ca.crt" }
  var enrolment: String { "\(path)/enrolment" }
  var authority: String { "\(enrolment)/authority" }

  func keyFile(of venue: String) -> String { "\(enrolment)/\(venue).key" }
  func certificateFile(of venue: String) -> String { "\(enrolment)/\(venue).crt" }

  /// The directory at `path`, locked against another enrolment until this value goes.
  ///
  /// From here on every file that the process or its children make is for its owner alone, until it
  /// is given other permissions.
  init(path: String) throws {
    guard try Files.kind(ofPath: path) == .directory else {
      throw CommandFailure("\(path) is no directory", exitCode: .data)
    }
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    _ = umask(0o077)
    let enrolment = "\(self.path)/enrolment"
    try Files.makeDirectories(path: enrolment)
    do throws(DirectoryLockError) {
      lock = try DirectoryLock(path: enrolment)
    } catch {
      guard case .held = error else { throw error }
      throw CommandFailure(
        "another enrolment in \(path) is under way: try again", exitCode: .unavailable)
    }
  }

  /// The file's bytes; none when there is no file.
  func bytesIfAny(atPath path: String) throws -> [UInt8] {
    guard case .file = try Files.kind(ofPath: path) else { return [] }
    do {
      return try Files.bytes(atPath: path)
    } catch {
      throw CommandFailure("\(path) cannot be read: \(error)", exitCode: .failure)
    }
  }

  /// Makes `bytes` the content of the file at `target` in one step, durably.
  ///
  /// A file that is there keeps its owner and permissions.
  ///
  /// - Parameters:
  ///   - bytes: The new content.
  ///   - target: The file.
  ///   - permissions: Of a new file.
  ///   - isBrokers: Whether a new file belongs to the user `mosquitto`, where there is one and we
  ///     may give it.
  /// - Throws: What keeps it from being written; the file is then as it was.
  func publish(
    _ bytes: [UInt8], to target: String, permissions: Int, isBrokers: Bool = false
  ) throws {
    let files = FileManager.default
    let draft = "\(enrolment)/draft"
    try Data(bytes).write(to: URL(fileURLWithPath: draft))
    if files.fileExists(atPath: target) {
      let old = try files.attributesOfItem(atPath: target)
      let kept: Set<FileAttributeKey> = [
        .posixPermissions, .ownerAccountID, .groupOwnerAccountID,
      ]
      try files.setAttributes(old.filter { kept.contains($0.key) }, ofItemAtPath: draft)
    } else {
      if isBrokers, geteuid() == 0 {
        try files.setAttributes(
          [.ownerAccountName: "mosquitto", .groupOwnerAccountName: "mosquitto"],
          ofItemAtPath: draft)
      }
      try files.setAttributes([.posixPermissions: permissions], ofItemAtPath: draft)
    }
    try Files.synchronize(path: draft)
    try Files.move(draft, to: target)
  }

  /// Changes the access rules, and writes them where that makes a difference.
  ///
  /// - Returns: The rules that hold, and whether they are others than before.
  func changeRules(_ change: (inout BrokerRules) -> Void) throws -> (BrokerRules, Bool) {
    let before = try bytesIfAny(atPath: aclFile)
    var rules = BrokerRules(path: aclFile, bytes: before)
    change(&rules)
    guard rules.bytes != before else { return (rules, false) }
    try publish(rules.bytes, to: aclFile, permissions: 0o640, isBrokers: true)
    return (rules, true)
  }

  /// Makes the directory of certificates where it is missing; the broker has to look into it.
  func makeCertificateDirectory() throws {
    guard try Files.kind(ofPath: certificates) == .absent else { return }
    try Files.makeDirectories(path: certificates)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: certificates)
  }

  /// The name of the user that the file at `path` belongs to, else its number.
  func owner(of path: String) throws -> String {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    if let name = attributes[.ownerAccountName] as? String { return "'\(name)'" }
    return (attributes[.ownerAccountID] as? NSNumber).map(\.stringValue) ?? "unknown"
  }

  /// Removes the file at `path` where there is one.
  func remove(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try FileManager.default.removeItem(atPath: path)
  }
}
