import PoolModel

/// The words of a notice: what, where, since when, and what to do.
struct NoticeText {
  let transition: AlarmTransition
  let plan: Plan

  /// One line, headline in both languages.
  var subject: String {
    let place = place.map { " — \($0)" } ?? ""
    return "[Poolwatch] \(headline.both): \(brief)\(place)".oneLine
  }

  /// The text, lines ended by `\n`.
  var body: String {
    var lines = ["\(headline.both)", ""]
    lines += facts.map { name, text in
      "\(name):".padded(toCount: 14) + text.oneLine
    }
    if let explanation { lines += ["", explanation] }
    if isToAcknowledge {
      lines += [
        "", "To acknowledge 确认:",
        "  poolwatch alarms ack \(occurrence.id) --by NAME --comment \"…\"",
      ]
    }
    lines += ["", "Alarm \(occurrence.id)"]
    return lines.map { $0 + "\n" }.joined()
  }

  var occurrence: AlarmOccurrence { transition.occurrence }
}

// MARK: - The parts

extension NoticeText {
  /// What kind of news it is.
  private var headline: Title {
    switch transition.kind {
    case .raised: alarmWord
    case .announced:
      Title(
        english: "\(alarmWord.english) since \(minute(occurrence.eventTime))",
        chinese: alarmWord.chinese)
    case .returned:
      occurrence.alarmClass == .water && !occurrence.isAdvisory
        ? Title(english: "Back in limits", chinese: "恢复达标")
        : Title(english: "Over", chinese: "已恢复")
    case .acknowledged: Title(english: "Acknowledged", chinese: "已确认")
    case .recorded: Title(english: "Recorded afterwards", chinese: "事后记录")
    case .worsened: alarmWord
    case .eased:
      occurrence.alarmClass == .trend
        ? Title(english: "Limit no longer near", chinese: "趋势缓解")
        : Title(english: "No longer critical", chinese: "不再严重")
    case .unshelved, .putBackInService:
      Title(
        english: "\(alarmWord.english) since \(minute(occurrence.eventTime))",
        chinese: alarmWord.chinese)
    case .commented: Title(english: "Comment", chinese: "备注")
    case .assigned: Title(english: "Assigned", chinese: "已指派")
    case .shelved: Title(english: "Shelved", chinese: "已搁置")
    case .takenOutOfService: Title(english: "Out of service", chinese: "已停用")
    }
  }

  private var alarmWord: Title {
    switch occurrence.alarmClass {
    case .water:
      if occurrence.isAdvisory {
        Title(english: "Advice", chinese: "提示")
      } else if occurrence.severity == .critical {
        Title(english: "Critically out of limits", chinese: "严重超标")
      } else {
        Title(english: "Out of limits", chinese: "超标")
      }
    case .trend: Title(english: "Trend", chinese: "趋势预警")
    case .monitoring: Title(english: "Monitoring", chinese: "监测异常")
    case .system: Title(english: "System", chinese: "系统告警")
    }
  }

  /// The matter in English, with value and limit where there are any.
  private var brief: String { matter { $0.english } }

  private func matter(_ name: (Title) -> String) -> String {
    guard let parameter else { return ruleText(name) }
    guard let value = occurrence.value else {
      return "\(ruleText(name)), \(name(parameter.title))"
    }
    let was = transition.kind == .returned ? "was " : ""
    let measured = "\(name(parameter.title)) \(was)\(value.readable) \(parameter.unit)".trimmed
    guard let limit = occurrence.limit else {
      return "\(measured), \(ruleText(name))"
    }
    return "\(measured), \(relation(value, limit)) \(limit.readable)"
  }

  private func relation(_ value: Double, _ limit: Double) -> String {
    // A trend is about a value that is still on the good side.
    if occurrence.alarmClass == .trend { return "limit" }
    return value < limit ? "below" : value > limit ? "above" : "at the limit"
  }

  /// The rule in words; for rules without words of their own, its name.
  private func ruleText(_ name: (Title) -> String) -> String {
    switch occurrence.rule {
    case "circulation": name(Title(english: "water does not circulate", chinese: "水不循环"))
    case "silence": name(Title(english: "no data", chinese: "无数据"))
    case "missing_parameter": name(Title(english: "no value", chinese: "缺测"))
    case "stuck": name(Title(english: "sensor stuck", chinese: "传感器读数不变"))
    case "bad_share": name(Title(english: "too many failed values", chinese: "无效数据过多"))
    case "orp_disagreement":
      name(Title(english: "chlorine and ORP contradict each other", chinese: "余氯与氧化还原电位不符"))
    case "transmission_below":
      name(Title(english: "too few usable readings", chinese: "有效数据不足"))
    case "gateway_offline": name(Title(english: "gateway offline", chinese: "网关离线"))
    case "clock_offset": name(Title(english: "gateway's clock is wrong", chinese: "网关时钟偏差"))
    case "throttled":
      name(Title(english: "too many readings, some are refused", chinese: "数据过多，部分被拒收"))
    case _ where isAboutRate:
      occurrence.rule.hasSuffix("rising")
        ? name(Title(english: "rising fast", chinese: "上升过快"))
        : name(Title(english: "falling fast", chinese: "下降过快"))
    case "broker_link": name(Title(english: "no link to the broker", chinese: "消息代理连接中断"))
    default: occurrence.rule.replacing("_", with: " ")
    }
  }

  /// Venue and pool for the headline; nil for alarms without a pool.
  private var place: String? {
    guard let pool = occurrence.pool else { return nil }
    if isOfVenue { return venue?.title.both ?? pool.venue }
    return "\(venue?.title.both ?? pool.venue), \(pool.pool)"
  }

  /// What the body lists.
  private var facts: [(String, String)] {
    var facts = [("What", matter { $0.both })]
    if let limit = occurrence.limit {
      facts.append(("Limit", "\(limit.readable) \(parameter?.unit ?? "")".trimmed))
    }
    if let clause = occurrence.clause { facts.append(("Written in", clause)) }
    if let basis = occurrence.basis { facts.append(("Basis", basis)) }
    if let profile = occurrence.profile { facts.append(("Profile", profile)) }
    facts.append(("Rule", occurrence.rule))
    if let pool = occurrence.pool, isOfVenue {
      facts.append(("Where", "\(venue?.title.both ?? pool.venue) (\(pool.venue))"))
    } else if let pool = occurrence.pool {
      let title = plan.poolNumber(pool).map { plan[$0].title.both } ?? pool.pool
      facts.append(("Where", "\(venue?.title.both ?? pool.venue), \(title) (\(pool))"))
    }
    if let venue { facts.append(("Street", venue.street)) }
    facts.append(("Since", second(occurrence.eventTime)))
    facts.append(("Detected", second(occurrence.detectedTime)))
    if let end = occurrence.returnedTime { facts.append(("Until", second(end))) }
    if let name = occurrence.acknowledgedBy { facts.append(("Taken on by", name)) }
    if let comment = transition.actor?.comment { facts.append(("Comment", comment)) }
    return facts
  }

  private var explanation: String? {
    switch transition.kind {
    case .raised where occurrence.rule == "throttled":
      "The venue's gateways send more than it may at once (intake.burst_hours). What is beyond is lost: "
        + "'poolwatch gateways' counts it."
    case .raised where occurrence.rule == "stuck":
      "The sensor shows the same value for longer than water does (quality.flat_line): its values count neither as in "
        + "limits nor as out of them until they change."
    case .raised where occurrence.rule == "bad_share":
      "More of its values failed than monitoring.bad_share allows: 'poolwatch history' shows their flags."
    case .raised where occurrence.rule == "orp_disagreement":
      "One of the two sensors is wrong, or cyanuric acid binds the chlorine: check both by hand."
    case .raised where occurrence.rule == "transmission_below":
      "Less of what is due came and was usable than monitoring.transmission_below asks: 'poolwatch gaps' shows what is "
        + "missing, 'poolwatch history' the flags."
    case .raised where occurrence.rule == "gateway_offline":
      "As long as it is, none of its pools is called silent besides: they may be out of limits unseen. Look at its "
        + "power and its line."
    case .raised where occurrence.rule == "clock_offset":
      "Its readings bear wrong times, and alarms follow from those. Let it set its clock (NTP)."
    case .raised where occurrence.rule == "circulation":
      "The sensors do not see the pool: its limits are not judged until the water flows again."
    case .raised where isAboutRate:
      "It changes faster than rate_of_change allows. Look at dosing and at the water that is filled in, then at the "
        + "sensor: limits are judged apart from this."
    case .raised where occurrence.alarmClass == .trend,
      .worsened where occurrence.alarmClass == .trend:
      "It is in limits still, and will leave them soon if nothing is done."
    case .eased where occurrence.alarmClass == .trend:
      "It was told before. It does not head for the limit any more, or not so that it would be there soon."
    case .raised, .acknowledged, .commented, .assigned, .shelved, .takenOutOfService, .eased: nil
    case .worsened: "It was told before, and is worse now."
    case .unshelved, .putBackInService: "It was put aside, and holds still."
    case .announced: "Told late: Poolwatch was catching up on readings when it found this."
    case .returned:
      isToAcknowledge ? "It is over, but nobody has taken it on yet." : "It is over."
    case .recorded: "It was over before it could be told. Nothing has to be done at once."
    }
  }

  /// Whether it is about the venue or a gateway of it, and its pool only stands for it.
  private var isOfVenue: Bool { occurrence.rule == "throttled" || isOfGateway }

  /// Whether what stands for the parameter is a gateway.
  private var isOfGateway: Bool { ["gateway_offline", "clock_offset"].contains(occurrence.rule) }

  /// Whether it is about how fast a value changes, and not about a drift towards a limit.
  private var isAboutRate: Bool {
    occurrence.alarmClass == .trend
      && (occurrence.rule.hasSuffix("_rate_rising") || occurrence.rule.hasSuffix("_rate_falling"))
  }

  private var isToAcknowledge: Bool {
    occurrence.state.isOpen && occurrence.state != .acknowledged
      && occurrence.acknowledgedBy == nil
  }

  private var venue: Venue? { (occurrence.pool?.venue).flatMap(plan.venue) }

  /// A parameter that has left the plan is called by its name, without a unit.
  private var parameter: Parameter? {
    guard let name = occurrence.parameter else { return nil }
    // A plan may well have a sensor for what is computed elsewhere.
    if let derived = DerivedParameter(rawValue: name), plan.parameterNumber(name) == nil {
      return Parameter(
        name: name, unit: derived.unit, title: derived.title, plausible: derived.plausible)
    }
    return plan.parameterNumber(name).map { plan[$0] }
      ?? Parameter(
        name: name, unit: "", title: Title(english: name, chinese: ""), plausible: 0...0)
  }

  /// `2026-01-01 08:00:00 +08:00`, in the district's zone.
  private func second(_ instant: Timestamp) -> String {
    let text = plan.district.zone.rfc3339(instant)
    return "\(text.prefix(19)) \(text.suffix(6))".replacing("T", with: " ")
  }

  /// `2026-01-01 08:00`, in the district's zone.
  private func minute(_ instant: Timestamp) -> String {
    String(plan.district.zone.rfc3339(instant).prefix(16)).replacing("T", with: " ")
  }
}

// MARK: - Printing

extension String {
  /// Every control character and line separator is a space here: names come from files and people.
  var oneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator: " "
          default: scalar
          }
        }))
  }

  /// Without spaces at the end, where a unit was empty.
  fileprivate var trimmed: String {
    hasSuffix(" ") ? String(dropLast()) : self
  }

  fileprivate func padded(toCount count: Int) -> String {
    self + String(repeating: " ", count: max(1, count - self.count))
  }
}
