/// The messages that a file holds for `poolwatch gateway check`.
enum CheckedMessages {
  /// The payloads in `bytes`: each HJ 212 frame in a line of its own is one, anything else is one payload.
  ///
  /// Tools that print a payload end it with a line feed, which is no part of it: behind a frame's own line
  /// end it is left out, and in JSON it does no harm.
  static func payloads(in bytes: [UInt8]) -> [[UInt8]] {
    guard bytes.starts(with: frameStart) else { return [bytes] }
    var payloads: [[UInt8]] = []
    var start = 0
    for index in bytes.indices.dropFirst()
    where bytes[index - 1] == lineFeed && bytes[index...].starts(with: frameStart) {
      payloads.append(frame(bytes[start..<index]))
      start = index
    }
    return payloads + [frame(bytes[start...])]
  }

  /// `bytes` without the line feeds behind the frame's CR LF.
  private static func frame(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var end = bytes.endIndex
    while end > bytes.startIndex, bytes[end - 1] == lineFeed { end -= 1 }
    guard end > bytes.startIndex, end < bytes.endIndex, bytes[end - 1] == carriageReturn else {
      return Array(bytes)
    }
    return Array(bytes[..<(end + 1)])
  }

  /// What every frame begins with.
  private static let frameStart = Array("##".utf8)
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
