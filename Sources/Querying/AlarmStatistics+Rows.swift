public import PoolModel

extension AlarmStatistics {
  /// Entries of a list at most; its total has all.
  private static let listLimit = 100

  /// All figures, each followed by the list that belongs to it.
  ///
  /// - Parameter zone: whose times are written.
  /// - Returns: the rows; those of figures are always there, those of lists as far as there is anything.
  public func rows(zone: Zone) -> [AlarmFigureRow] {
    rateRows(zone) + floodRows(zone) + chatteringRows() + staleRows(zone) + frequentRows()
      + mixRows() + responseRows() + outOfLimitsRows()
  }

  private func rateRows(_ zone: Zone) -> [AlarmFigureRow] {
    var all = AlarmFigureRow(.annunciations)
    all.fromTime = zone.rfc3339(period.lowerBound)
    all.toTime = zone.rfc3339(period.upperBound)
    all.count = count
    all.perHour = hours > 0 ? Double(count) / hours : nil
    all.seconds = hours * 3600
    var each = AlarmFigureRow(.perOperator)
    each.count = operatorCount
    each.perHour = all.perHour.map { $0 / Double(operatorCount) }
    // ISA-18.2 / IEC 62682: an average of 6 an hour can be managed, 12 at the most.
    each.wanted = 6
    var busiest = AlarmFigureRow(.busiestHour)
    busiest.count = 0
    if let hour = busiestHour {
      busiest.fromTime = zone.rfc3339(hour.range.lowerBound)
      busiest.toTime = zone.rfc3339(hour.range.upperBound)
      busiest.count = hour.count
    }
    busiest.perHour = Double(busiest.count ?? 0) / Double(operatorCount)
    busiest.wanted = 12
    return [all, each, busiest]
  }

  private func floodRows(_ zone: Zone) -> [AlarmFigureRow] {
    let floods = floods
    var all = AlarmFigureRow(.floods)
    all.count = floods.count
    let seconds = floods.reduce(0) { $0 + $1.seconds }
    all.seconds = seconds
    all.share = hours > 0 ? seconds / (hours * 3600) * 100 : nil
    guard let worst = floods.max(by: { $0.count < $1.count }) else { return [all] }
    var row = AlarmFigureRow(.worstFlood)
    row.fromTime = zone.rfc3339(worst.range.lowerBound)
    row.toTime = zone.rfc3339(worst.range.upperBound)
    row.count = worst.count
    row.seconds = worst.seconds
    return [all, row]
  }

  private func chatteringRows() -> [AlarmFigureRow] {
    let chattering = chattering
    var all = AlarmFigureRow(.chattering)
    all.count = chattering.count
    all.share = share(chattering.reduce(0) { $0 + $1.count })
    var fleeting = AlarmFigureRow(.fleeting)
    fleeting.count = fleetingCount
    fleeting.share = share(fleetingCount)
    return [all] + rows(.chatteringAlarm, chattering.prefix(Self.listLimit)) + [fleeting]
  }

  private func staleRows(_ zone: Zone) -> [AlarmFigureRow] {
    var all = AlarmFigureRow(.stale)
    all.count = stale.count
    let longest = stale.sorted { ($1.span, $0.alarm.id) < ($0.span, $1.alarm.id) }
    return [all]
      + longest.prefix(Self.listLimit).map { alarm, span in
        var row = AlarmFigureRow(.staleAlarm)
        row.id = alarm.id
        row.alarmClass = alarm.alarmClass.rawValue
        row.priority = alarm.priority.rawValue
        row.name(alarm.name)
        row.fromTime = zone.rfc3339(alarm.eventTime)
        row.toTime = alarm.returnedTime.map(zone.rfc3339)
        row.seconds = span.inSeconds
        return row
      }
  }

  private func frequentRows() -> [AlarmFigureRow] {
    let top = frequent.prefix(10)
    var all = AlarmFigureRow(.topTen)
    all.count = top.reduce(0) { $0 + $1.count }
    all.share = share(all.count ?? 0)
    return [all] + rows(.topAlarm, top)
  }

  private func mixRows() -> [AlarmFigureRow] {
    // ISA-18.2 / IEC 62682: about 80 % low, 15 % medium, 5 % high.
    let wanted: [AlarmPriority: Double] = [.low: 80, .medium: 15, .high: 5]
    let priorities = AlarmPriority.allCases.reversed().map { priority in
      var row = AlarmFigureRow(.priority)
      row.priority = priority.rawValue
      row.count = self.priorities[priority] ?? 0
      row.share = share(row.count ?? 0)
      row.wanted = wanted[priority]
      return row
    }
    let classes = AlarmClass.allCases.map { alarmClass in
      var row = AlarmFigureRow(.alarmClass)
      row.alarmClass = alarmClass.rawValue
      row.count = counts[alarmClass] ?? 0
      row.share = share(row.count ?? 0)
      return row
    }
    return priorities + classes
  }

  private func responseRows() -> [AlarmFigureRow] {
    var not = AlarmFigureRow(.notAcknowledged)
    not.count = count - acknowledging.count
    not.share = share(not.count ?? 0)
    return [row(.acknowledged, acknowledging), not, row(.returned, returning)]
  }

  private func outOfLimitsRows() -> [AlarmFigureRow] {
    var all = AlarmFigureRow(.outOfLimits)
    all.count = outOfLimits.count
    all.seconds = outOfLimits.reduce(0) { $0 + $1.seconds }
    let longest = outOfLimits.sorted {
      ($1.seconds, $0.pool, $0.parameter) < ($0.seconds, $1.pool, $1.parameter)
    }
    return [all]
      + longest.prefix(Self.listLimit).map { pool, parameter, seconds in
        var row = AlarmFigureRow(.seriesOutOfLimits)
        (row.venue, row.pool, row.parameter) = (pool.venue, pool.pool, parameter)
        row.seconds = seconds
        return row
      }
  }

  private func row(_ figure: AlarmFigure, _ spans: [Duration]) -> AlarmFigureRow {
    var row = AlarmFigureRow(figure)
    row.count = spans.count
    row.share = share(spans.count)
    row.medianSeconds = Self.median(spans)
    row.p90Seconds = Self.p90(spans)
    return row
  }

  private func rows(
    _ figure: AlarmFigure, _ alarms: ArraySlice<(name: AlarmName, count: Int)>
  ) -> [AlarmFigureRow] {
    alarms.map { name, count in
      var row = AlarmFigureRow(figure)
      row.name(name)
      row.count = count
      row.share = share(count)
      return row
    }
  }

  /// The part of all that people were told of, in per cent; nil when there was nothing.
  private func share(_ part: Int) -> Double? {
    count > 0 ? Double(part) / Double(count) * 100 : nil
  }
}

extension AlarmFlood {
  fileprivate var seconds: Double { (range.upperBound - range.lowerBound).inSeconds }
}

extension AlarmFigureRow {
  /// Says which alarm it is about.
  fileprivate mutating func name(_ name: AlarmName) {
    rule = name.rule
    venue = name.pool?.venue
    pool = name.pool?.pool
    parameter = name.parameter
  }
}
