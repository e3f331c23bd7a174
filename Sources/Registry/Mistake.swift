/// Something wrong in the configuration, and where.
///
/// Printed as `file:line:column: what was found, expected what`, the form that editors jump to.
public struct Mistake: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The file as it was named, or `--set key.path=value` for what the command line said.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The column in Unicode scalars, from 1.
  public let column: Int
  /// What was found, and what was expected.
  public let message: String

  /// A mistake at a place.
  public init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// `file:line:column`.
  public var place: String { "\(file):\(line):\(column)" }

  /// `file:line:column: message`.
  public var description: String { "\(place): \(message)" }

  /// By file name, then line, then column.
  ///
  /// A list of mistakes of several files stands in the order in which the files were opened instead.
  public static func < (left: Mistake, right: Mistake) -> Bool {
    (left.file, left.line, left.column, left.message)
      < (right.file, right.line, right.column, right.message)
  }
}
