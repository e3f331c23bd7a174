extension StoreFigures {
  /// Why a tier will hold less than is required.
  public enum ShortCause: String, Hashable, Sendable {
    /// The configuration asks for more room than the store has been given.
    case notResized = "not_resized"
    /// Pages that were damaged are lost, or were sealed before they were full.
    case lostPages = "lost_pages"
    /// Rows take more bytes, or come more often, than was assumed.
    case largeRows = "large_rows"

    /// What to do about it.
    public var advice: String {
      switch self {
      case .notResized: "the configuration asks for more room: run 'poolwatch store resize'"
      case .lostPages:
        "pages of it were lost by damage, which heals as the ring turns: 'poolwatch store verify' "
          + "names it, 'poolwatch store repair' mends it at once"
      case .largeRows: "raise store.bytes_per_row, then 'poolwatch store resize'"
      }
    }
  }

  /// What is known of a ring's room.
  public struct Room: Hashable, Sendable {
    /// The bytes for rows that the configuration gives the ring.
    public let configuredByteCapacity: Int
    /// The bytes for rows that it has where none of its slots is lost.
    public let wholeByteCapacity: Int
    /// The rows that a full page has in the middle: as many have more as have fewer.
    public let medianPageRowCount: Int
    /// Whether damage that there is has lost pages.
    public let hasLosses: Bool

    /// A ring's room.
    public init(
      configuredByteCapacity: Int, wholeByteCapacity: Int, medianPageRowCount: Int,
      hasLosses: Bool
    ) {
      self.configuredByteCapacity = configuredByteCapacity
      self.wholeByteCapacity = wholeByteCapacity
      self.medianPageRowCount = medianPageRowCount
      self.hasLosses = hasLosses
    }
  }
}
