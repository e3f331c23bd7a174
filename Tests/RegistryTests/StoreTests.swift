import Registry
import Testing

@Suite struct `The store's settings` {
  private static let day = 86_400

  @Test func `what is not said has its default`() throws {
    let store = try Fixture().load().store
    // Minutes are kept as long as raw readings, hours and days for ten years.
    #expect(store.minuteRetention == .seconds(30 * Self.day))
    #expect(store.hourRetention == .seconds(3650 * Self.day))
    #expect(store.dayRetention == .seconds(3650 * Self.day))
    #expect(store.pageByteCount == 8192)
    #expect(store.assumedRowByteCount == 8)
    let bare = try Fixture().replacing("  retention_days: 30\n", with: "", in: "poolwatch.yaml")
      .load().store
    #expect(bare.retention == .seconds(730 * Self.day))
    #expect(bare.minuteRetention == .seconds(730 * Self.day))
  }

  @Test func `what is said holds`() throws {
    let store = try Fixture().load(
      "store.minute_retention_days=7", "store.hour_retention_days=0.5",
      "store.day_retention_days=36500", "store.page_bytes=4096", "store.bytes_per_row=256"
    ).store
    #expect(store.minuteRetention == .seconds(7 * Self.day))
    #expect(store.hourRetention == .seconds(Self.day / 2))
    #expect(store.dayRetention == .seconds(36_500 * Self.day))
    #expect(store.pageByteCount == 4096)
    #expect(store.assumedRowByteCount == 256)
    #expect(store.retention == .seconds(30 * Self.day))
  }

  @Test(arguments: [
    ("minute_retention_days=0", "expected a number of days 0.0001…36500"),
    ("hour_retention_days=36501", "expected a number of days 0.0001…36500"),
    ("day_retention_days=ten", "expected a number of days 0.0001…36500"),
    ("bytes_per_row=0", "expected a whole number 1…256 bytes"),
    ("bytes_per_row=257", "expected a whole number 1…256 bytes"),
    ("bytes_per_row=8.5", "expected a whole number 1…256 bytes"),
  ])
  func `what is out of range is a mistake`(override: String, expected: String) {
    let mistakes = Fixture().mistakes("store.\(override)")
    #expect(mistakes.count == 1)
    #expect(mistakes.first?.contains(expected) == true)
  }
}
