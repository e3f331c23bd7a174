import PoolModel
import Testing

@Suite struct `Chemistry of chlorine` {
  /// Expected values: the table of Morris's 1966 formula, four digits.
  @Test(arguments: [
    (20.0, 7.0, 0.7924), (20, 7.2, 0.7066), (20, 7.4, 0.6031), (20, 7.8, 0.3770),
    (25, 7.0, 0.7748), (25, 7.2, 0.6846), (25, 7.4, 0.5780), (25, 7.8, 0.3529),
    (28, 7.0, 0.7649), (28, 7.2, 0.6724), (28, 7.4, 0.5643), (28, 7.8, 0.3402),
  ])
  func `the share of hypochlorous acid follows pH and temperature`(
    celsius: Double, pH: Double, share: Double
  ) {
    #expect(abs(Chemistry.hypochlorousShare(pH: pH, celsius: celsius) - share) < 0.000_05)
  }
}

@Suite struct `Identifiers` {
  @Test func `the same parts give the same identifier, other parts another`() {
    let parts = ["free_chlorine_low", "venue-01/main", "free_chlorine", "1767225600000"]
    let id = StableIdentifier.derived(from: parts)
    #expect(id.count == 13)
    #expect(id == StableIdentifier.derived(from: parts))
    #expect(id != StableIdentifier.derived(from: ["free_chlorine_low", "venue-01/main"]))
    #expect(
      StableIdentifier.derived(from: ["ab", "c"]) != StableIdentifier.derived(from: ["a", "bc"]))
  }

  @Test func `a pool's name is two names with one slash`() {
    #expect(PoolID("venue-01/main") == PoolID(venue: "venue-01", pool: "main"))
    #expect(PoolID("venue-01/main")?.description == "venue-01/main")
    for text in ["", "venue-01", "venue-01/", "/main", "a/b/c"] {
      #expect(PoolID(text) == nil)
    }
  }
}
