/// A refusal in words.
public enum RefusalWording {
  /// The reason, and the place, what was found and what is expected on lines of their own.
  ///
  /// - Parameters:
  ///   - reason: the raw value of a `RefusalReason`.
  ///   - detail: what a refusal says, in one line.
  /// - Returns: the lines, the first with the reason, the others indented.
  public static func lines(reason: String, detail: String) -> [String] {
    let head = "refused: \(reason)"
    // A stranger's words stand between the two marks: the first one and the last one are ours.
    guard let found = detail.firstRange(of: ": found "),
      let expected = detail.ranges(of: ", expected ").last, found.upperBound <= expected.lowerBound
    else { return [head, "  \(detail)"] }
    return [
      head, "  field     \(detail[..<found.lowerBound])",
      "  found     \(detail[found.upperBound..<expected.lowerBound])",
      "  expected  \(detail[expected.upperBound...])",
    ]
  }
}
