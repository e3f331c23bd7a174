import PoolModel

/// A gateway as the file has it; its venue, pools and parameters are known only beside a plan.
struct GatewayDraft {
  let id: Placed<String>?
  let venue: Placed<String>?
  let filter: Placed<TopicFilter>?
  let dialect: Dialect?
  /// The pool of the values that name none.
  let pool: Placed<String>?
  let device: String?
  let values: [ValueDraft]
}

/// One of a gateway's names as the file has it.
struct ValueDraft {
  let place: Place
  let name: Placed<String>?
  let parameter: Placed<String>?
  /// nil also when it is wrong.
  let unit: Placed<String>?
  /// Whether the file has a unit, right or wrong.
  let hasUnit: Bool
  /// Its own, or the gateway's.
  let pool: Placed<String>?
}

/// Reads a file of the kind `gateways`.
struct GatewaysReader {
  let report: Report
  private var lines: [String: Int] = [:]
  private var filters = TopicFilterTree<Placed<TopicFilter>>()

  init(report: Report) {
    self.report = report
  }

  mutating func gateways(_ root: Section) -> [GatewayDraft] {
    var root = root
    var gateways: [GatewayDraft] = []
    for element in root.list("gateways", of: "gateways") ?? [] {
      if let gateway = gateway(element) { gateways.append(gateway) }
    }
    root.end()
    return gateways
  }

  private mutating func gateway(_ element: Element) -> GatewayDraft? {
    guard var section = Section(element, name: "an item of 'gateways'", report: report) else {
      return nil
    }
    let id = section.placed("id", .id)
    if let id, let line = lines.updateValue(id.place.line, forKey: id.value) {
      report.add(
        id.place,
        "the gateway id '\(id.value)' is also in line \(line), expected one gateway per id")
    }
    if let id { report.refuseDaemonsName(id, of: "gateway") }
    let venue = section.placed("venue", .id)
    // No topic is longer than `intake.topic_bytes` may allow.
    let topic = section.placed("topic", .text(1024, what: "an MQTT topic filter"))
    let dialect = section.placed("dialect", Form<Dialect>.dialect)?.value
    let filter = topic.flatMap { self.filter($0, dialect) }
    let pool = section.optional("pool", .id)
    let device = section.optional("device", .text(64, what: "what payloads call the device"))
    let layout = layout(of: &section, dialect)
    checkDevice(&section, dialect)
    let hasPool = section.has("pool")
    let values = (section.list("values", of: "values") ?? []).compactMap {
      value($0, dialect, pool: pool, hasPool: hasPool)
    }
    section.end()
    checkMeanings(values)
    return GatewayDraft(
      id: id, venue: venue, filter: filter, dialect: layout, pool: pool,
      device: device?.value, values: values)
  }
}

// MARK: - Topics

extension GatewaysReader {
  private mutating func filter(
    _ topic: Placed<String>, _ dialect: Dialect?
  ) -> Placed<TopicFilter>? {
    let found = "'topic' is \(quoted(topic.value))"
    let filter: TopicFilter
    do {
      filter = try TopicFilter(topic.value)
    } catch {
      report.add(topic.place, "\(found): \(error)")
      return nil
    }
    if filter.overlaps(.native) {
      report.add(
        topic.place,
        "\(found), which takes topics of Poolwatch's own dialect too, expected a filter that has no"
          + " topic in common with \(TopicFilter.native)")
      return nil
    }
    if dialect == .sparkplug, !isEdgeNode(topic.value) {
      report.add(
        topic.place,
        "\(found), expected one edge node of Sparkplug as spBv1.0/GROUP/+/NODE/# (or without /#"
          + " where it has no devices)")
      return nil
    }
    if let words = othersThan(gateways: filter) {
      report.add(topic.place, "\(found), \(words)")
      return nil
    }
    if let other = filters.value(overlapping: filter) {
      report.add(
        topic.place,
        "\(found), which has topics in common with \(quoted(other.value.text)) in line"
          + " \(other.place.line), expected every topic to be one gateway's")
    }
    let placed = Placed(value: filter, place: topic.place)
    filters.insert(placed, for: filter)
    return placed
  }

  /// Who else than gateways publishes to topics of `filter`; nil where nobody does.
  private func othersThan(gateways filter: TopicFilter) -> String? {
    if filter.isReserved {
      return "which begins with '$' and is the broker's own, expected a topic that a gateway"
        + " publishes to"
    }
    guard filter.overlaps(.hostStates) else { return nil }
    return "which takes the presence of Sparkplug hosts, Poolwatch's own among them, expected a"
      + " filter that has no topic in common with \(TopicFilter.hostStates)"
  }

  /// Sequence numbers and births are those of one edge node: two on one filter would mix them.
  private func isEdgeNode(_ topic: String) -> Bool {
    let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
    let names = levels.indices.filter { $0 == 1 || $0 == 3 }.map { levels[$0] }
    return (levels.count == 4 || levels.count == 5 && levels[4] == "#") && levels[0] == "spBv1.0"
      && levels[2] == "+" && names.allSatisfy { !["", "+", "#"].contains($0) }
  }
}

// MARK: - Layout

extension GatewaysReader {
  /// `dialect` with its layout, where it has one.
  private func layout(of section: inout Section, _ dialect: Dialect?) -> Dialect? {
    guard case .mapped = dialect else {
      for key in ["readings", "time", "time_format", "device_path"] {
        if let element = section.element(key), let dialect {
          report.add(
            element.place,
            "'\(key)' is \(element.found), expected no such key for the dialect \(dialect.name),"
              + " as only mapped has it")
        }
      }
      return dialect
    }
    let readings = section.optional("readings", .jsonPath)
    let time = section.optional("time", .jsonPath)
    let format = section.optional("time_format", .timeFormat)
    let device = section.optional("device_path", .jsonPath)
    if let time, !section.has("time_format") {
      report.add(
        time.place,
        "'time' is given without its format, expected 'time_format' too,"
          + " \(Form<MappedLayout.TimeFormat>.timeFormat.expected)")
    }
    if let format, !section.has("time") {
      report.add(
        format.place,
        "'time_format' is given without a path, expected 'time' too, or neither for the time of"
          + " arrival")
    }
    return .mapped(
      MappedLayout(
        readings: readings?.value, time: time?.value, timeFormat: format?.value ?? .rfc3339,
        device: device?.value))
  }

  /// Only two dialects name the device in their payloads, one of them where the file says.
  private func checkDevice(_ section: inout Section, _ dialect: Dialect?) {
    let device = section.element("device")
    switch dialect {
    case .hj212, nil: break
    case .mapped:
      let path = section.element("device_path")
      if let device, path == nil {
        report.add(
          device.place, "'device' is given without its place, expected 'device_path' too")
      }
      if let path, device == nil {
        report.add(
          path.place,
          "'device_path' is given without a device, expected 'device' too, which it has"
            + " to name")
      }
    case .senML, .sparkplug, .sensorThings:
      guard let device, let dialect else { return }
      report.add(
        device.place,
        "'device' is \(device.found), expected no such key for the dialect \(dialect.name), as only"
          + " hj212 and mapped have it")
    }
  }
}

// MARK: - Values

extension GatewaysReader {
  private func value(
    _ element: Element, _ dialect: Dialect?, pool: Placed<String>?, hasPool: Bool
  ) -> ValueDraft? {
    guard var section = Section(element, name: "an item of 'values'", report: report) else {
      return nil
    }
    let name = section.placed("name", .valueName(dialect))
    let parameter = section.placed("parameter", .id)
    let unit = section.optional("unit", Form<String>.unit)
    let own = section.optional("pool", .id)
    if !hasPool, !section.has("pool") {
      report.add(
        section.place,
        "'pool' is missing, expected the value's pool here or that of all values in the gateway")
    }
    section.end()
    return ValueDraft(
      place: section.place, name: name, parameter: parameter, unit: unit,
      hasUnit: section.has("unit"), pool: section.has("pool") ? own : pool)
  }

  /// A name has one meaning, and a meaning one name: else one of two values would have to go.
  private func checkMeanings(_ values: [ValueDraft]) {
    var byName: [String: ValueDraft] = [:]
    var bySeries: [[String]: Placed<String>] = [:]
    for value in values {
      guard let name = value.name else { continue }
      if let other = byName[name.value], let earlier = other.name {
        var message = "the name \(quoted(name.value)) is also in line \(earlier.place.line)"
        if let pool = value.pool, let first = other.pool, pool.value != first.value {
          message += ", for the pool '\(first.value)' instead of '\(pool.value)'"
        }
        report.add(name.place, message + ", expected each name of a gateway once")
        continue
      }
      byName[name.value] = value
      guard let parameter = value.parameter, let pool = value.pool else { continue }
      let series = [pool.value, parameter.value]
      if let earlier = bySeries[series] {
        report.add(
          name.place,
          "\(quoted(name.value)) stands for \(parameter.value) of the pool '\(pool.value)', as"
            + " \(quoted(earlier.value)) does in line \(earlier.place.line), expected one name for"
            + " each parameter of a pool")
      } else {
        bySeries[series] = name
      }
    }
  }
}
