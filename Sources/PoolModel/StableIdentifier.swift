/// Identifiers that follow from what they name, so that a restart or a repetition gives the same one.
public enum StableIdentifier {
  /// Thirteen characters (digits and lower-case letters without i, l, o, u) that depend on `parts`
  /// alone, in their order.
  ///
  /// FNV-1a over the parts, a zero byte after each, then the finalizer of SplitMix64; 64 bits, so a
  /// million identifiers collide with a probability of about 3 in 10⁸.
  public static func derived(from parts: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for part in parts {
      for byte in part.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
      hash = hash &* 0x100_0000_01b3
    }
    hash = SplitMix64.finalized(hash)
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    let characters = (0..<13).map { alphabet[Int((hash >> UInt64(60 - 5 * $0)) & 31)] }
    return String(characters)
  }
}
