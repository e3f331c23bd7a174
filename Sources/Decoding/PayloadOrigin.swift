import PoolModel

/// What a payload of the native dialect may say about where it comes from: `district`, `venue`, `pool`.
///
/// The topic alone tells that, because a broker lets nobody write on another's topic. A payload that
/// names others than its topic was recorded elsewhere or set up wrongly, and is refused whole.
enum PayloadOrigin {
  /// The keys, in the order of the topic's levels.
  private static let keys = KeyTable(["district", "venue", "pool"])

  /// The names in `topic` in the order of `keys`; nil where it has no such level.
  private static func names(in topic: String) -> [String?] {
    let pattern = TopicPattern(topic)
    return [pattern?.district, pattern?.venue, pattern?.pool]
  }

  /// Passes over the value of `key`, which is none of the dialect's other keys.
  ///
  /// What is no text is the gateway's own business, whatever its key.
  ///
  /// - Throws: `wrong_gateway` when it names another origin than `topic`.
  static func skipValue(
    of key: JSONText, at place: Place, topic: String, with scanner: inout JSONScanner,
    in bytes: Span<UInt8>, depth: Int
  ) throws(Mistake) {
    guard let level = keys.index(of: key, in: bytes), try scanner.kind(in: bytes) == .string,
      let expected = names(in: topic)[level]
    else { return try scanner.skipValue(in: bytes, depth: depth) }
    let start = scanner.offset
    let found = try scanner.text(in: bytes).string(in: bytes)
    // By bytes: text of any length compares quickly so, whatever characters it has.
    guard found.utf8.elementsEqual(expected.utf8) else {
      throw place.mistake(
        at: start, found: OneLine.quoted(found), expected: "'\(expected)', as in the topic",
        in: bytes, reason: .wrongGateway)
    }
  }
}
