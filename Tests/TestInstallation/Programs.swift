import Foundation
import TestSupport

/// Poolwatch's own programs, as the build that the test belongs to made them.
public enum Programs {
  /// The path of the program `name`, which lies beside the running test.
  public static func path(_ name: String) throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = (own as NSString).deletingLastPathComponent + "/" + name
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw TestFailure("\(path) is missing: build all products before the tests run")
    }
    return path
  }
}
