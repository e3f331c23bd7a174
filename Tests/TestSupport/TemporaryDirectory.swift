public import Foundation

/// A new, empty directory that is removed with everything in it when its owner goes.
///
/// Keep it in a variable for as long as it is used: `withExtendedLifetime`, or a property of the
/// test's fixture.
public final class TemporaryDirectory: Sendable {
  /// Where it is, absolute, without a slash at the end.
  public let path: String

  /// A directory below `/tmp`, so that a Unix socket's path in it stays short.
  public init() throws {
    path = "/tmp/poolwatch-\(UUID().uuidString.prefix(13).lowercased())"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
  }

  deinit {
    // What cannot be removed stays in /tmp, which hurts no other test.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of `name` in it.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes `text` to the file `name` in it, replacing what was there.
  ///
  /// - Returns: The file's path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    let file = path(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// The bytes of the file `name` in it.
  public func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }
}
