import PoolModel
import Registry
import Testing

@Suite struct `Steps that came against those that were expected` {
  private typealias Step = RuleTestCase.Step

  private static func step(
    _ parameter: String? = nil, since: Int64? = nil, value: Double? = nil, at time: Int64 = 9
  ) -> Step {
    Step(
      time: Timestamp(milliseconds: time), rule: "missing_parameter", state: .active,
      parameter: parameter, since: since.map { Timestamp(milliseconds: $0) }, value: value)
  }

  private static func words(_ steps: [Step]) -> [String] {
    steps.map { "\($0.parameter ?? "-") \($0.since?.milliseconds ?? -1) \($0.value ?? -1)" }
  }

  @Test func `one that says little does not take what an exact one needs`() {
    let came = [Self.step("ph", since: 1), Self.step("temperature", since: 1)]
    for expected in [
      [Self.step(), Self.step("ph")], [Self.step("ph"), Self.step()],
      [Self.step(since: 1), Self.step("ph", since: 1)], [Self.step("temperature"), Self.step()],
    ] {
      let found = RuleTestCase.differences(expected: expected, came: came)
      #expect(found.missing.isEmpty && found.unexpected.isEmpty)
    }
  }

  @Test func `two that say as much do not take each other's`() {
    let came = [Self.step("ph", since: 1, value: 7), Self.step("ph", since: 1, value: 8)]
    let expected = [Self.step(since: 1), Self.step(value: 7)]
    let found = RuleTestCase.differences(expected: expected, came: came)
    #expect(found.missing.isEmpty && found.unexpected.isEmpty)
  }

  @Test func `of two for one step the vaguer is missing`() {
    let found = RuleTestCase.differences(
      expected: [Self.step(), Self.step("ph")], came: [Self.step("ph", value: 7)])
    #expect(Self.words(found.missing) == ["- -1 -1.0"])
    #expect(found.unexpected.isEmpty)
    let other = RuleTestCase.differences(
      expected: [Self.step(at: 8), Self.step("orp")], came: [Self.step("ph")])
    #expect(other.missing.count == 2 && Self.words(other.unexpected) == ["ph -1 -1.0"])
  }

  /// The largest number of pairs by trying every order.
  @Test func `as many have each other as of all orders`() {
    var random = SplitMix64(seed: 14)
    for _ in 0..<300 {
      let some = [nil, "ph", "orp"]
      let came = (0..<4).map { _ in
        Self.step(random.next() % 2 == 0 ? "ph" : "orp", since: Int64(random.next() % 2))
      }
      let expected = (0..<4).map { _ in
        Self.step(
          some[Int(random.next() % 3)],
          since: random.next() % 2 == 0 ? nil : Int64(random.next() % 2)
        )
      }
      let found = RuleTestCase.differences(expected: expected, came: came)
      var most = 0
      for order in Self.orders(of: came) {
        most = max(most, zip(expected, order).count { $0.fits($1) })
      }
      #expect(found.missing.count == 4 - most && found.unexpected.count == 4 - most)
    }
  }

  private static func orders(of steps: [Step]) -> [[Step]] {
    guard let first = steps.first else { return [[]] }
    return orders(of: Array(steps.dropFirst())).flatMap { rest in
      (0...rest.count).map { Array(rest[..<$0]) + [first] + Array(rest[$0...]) }
    }
  }
}
