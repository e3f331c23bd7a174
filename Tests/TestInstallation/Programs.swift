import Foundation
import TestSupport

/// Poolwatch's own programs, as the build that the test belongs to made them.
public enum Programs {
  /// The path of the program `name`, which lies beside the running test.
  public static func path(_ name: String) throws -> String {
    try path(file: name)
  }

  /// The path of the dynamic library `name`.
  public static func library(_ name: String) throws -> String {
    try path(file: "lib\(name).so")
  }

  private static func path(file name: String) throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = (own as NSString).deletingLastPathComponent + "/" + name
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw TestFailure("\(path) is missing: build all products before the tests run")
    }
    return path
  }
}
