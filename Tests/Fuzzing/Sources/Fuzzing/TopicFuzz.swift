import PoolModel

@testable import Decoding

/// Topics and topic filters: up to eight lines, each of them a topic, and a filter where it can be one.
struct TopicFuzz: FuzzTarget {
  private let decoder = PayloadDecoder(
    plan: Surroundings.plan, limits: Surroundings.smallLimits)

  func check(_ input: [UInt8]) {
    let lines = input.split(
      separator: UInt8(ascii: "\n"), maxSplits: 7, omittingEmptySubsequences: false
    ).map { String(decoding: $0, as: UTF8.self) }
    var filters: [TopicFilter] = []
    for line in lines {
      if let filter = parsed(line) { filters.append(filter) }
    }
    for topic in lines {
      for filter in filters {
        demand(
          filter.matches(topic) == TopicRules.matches(filter.text, topic),
          "'\(filter)' and the topic '\(topic)'")
      }
      checkDecoder(topic)
    }
    for filter in filters {
      for other in filters { checkOverlap(filter, other) }
    }
    checkTree(filters, topics: lines)
    // As long as a topic of MQTT can be.
    if let large = LargePayload.grown(from: Array(lines[0].utf8)) {
      checkDecoder(String(decoding: large.prefix(65_535), as: UTF8.self))
    }
  }

  private func parsed(_ line: String) -> TopicFilter? {
    do throws(TopicFilterError) {
      let filter = try TopicFilter(line)
      demand(TopicRules.isFilter(line), "'\(line)' is no filter and was taken")
      demand(filter.text == line && "\(filter)" == line, "another text")
      demand(filter.isTopic == !line.utf8.contains { "+#".utf8.contains($0) }, "isTopic")
      return filter
    } catch {
      demand(!TopicRules.isFilter(line), "'\(line)' is a filter and was refused: \(error)")
      demand(error.description.contains("expected"), "\(error)")
      return nil
    }
  }

  // MARK: Overlaps

  private func checkOverlap(_ filter: TopicFilter, _ other: TopicFilter) {
    let found = filter.overlaps(other)
    demand(other.overlaps(filter) == found, "'\(filter)' and '\(other)' overlap one way")
    let witness = TopicRules.candidates(filter.text, other.text).first {
      TopicRules.matches(filter.text, $0) && TopicRules.matches(other.text, $0)
    }
    demand(
      found == (witness != nil),
      "'\(filter)' and '\(other)': overlap \(found), both match \(witness ?? "nothing")")
  }

  private func checkTree(_ filters: [TopicFilter], topics: [String]) {
    var tree = TopicFilterTree<Int>()
    for (index, filter) in filters.enumerated() { tree.insert(index, for: filter) }
    for topic in topics {
      let isMatched = filters.contains { TopicRules.matches($0.text, topic) }
      let found = tree.value(matching: topic)
      demand((found != nil) == isMatched, "the tree and the topic '\(topic)'")
      if let found { demand(filters[found].matches(topic), "the wrong filter for '\(topic)'") }
    }
    for filter in filters {
      guard let found = tree.value(overlapping: filter) else {
        // Only the empty filter of a first level `#` overlaps nothing, not even itself.
        demand(!filter.overlaps(filter), "the tree does not find '\(filter)'")
        continue
      }
      demand(filters[found].overlaps(filter), "the wrong filter for '\(filter)'")
    }
  }

  // MARK: Topics of dialects

  private func checkDecoder(_ topic: String) {
    var decoder = decoder
    let delivery = Delivery(topic: topic, payload: Array("x".utf8))
    let decoded = Patience.spend("a topic") { decoder.decode(delivery, now: Surroundings.now) }
    Promises().check(decoded, of: delivery, now: Surroundings.now)
    demand(decoded.refusals.count == 1 && decoded.readings.isEmpty, "a topic alone was taken")
    if let pattern = TopicPattern(topic) {
      let written =
        pattern.pool.map {
          TopicPattern.telemetry(
            district: pattern.district, pool: PoolID(venue: pattern.venue, pool: $0))
        } ?? TopicPattern.status(district: pattern.district, venue: pattern.venue)
      demand(written.utf8.elementsEqual(topic.utf8), "another topic than '\(topic)'")
    }
    if case .node(let message, let address)? = SparkplugTopic(topic) {
      let levels = ["spBv1.0", address.group, message.rawValue, address.node]
      let written = (levels + (address.device.map { [$0] } ?? [])).joined(separator: "/")
      demand(written.utf8.elementsEqual(topic.utf8), "another topic than '\(topic)'")
      demand(
        TopicRules.isTopic(SparkplugTopic.command(to: address)), "no topic for '\(topic)'")
    }
  }
}
