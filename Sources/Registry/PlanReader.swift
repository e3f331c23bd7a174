import PoolModel

/// What other files may refer to in a plan, also when the plan has mistakes.
struct PlanOutline {
  let interval: Duration?
  let parameters: [Parameter]
  let parameterNumbers: [String: ParameterNumber]
  let streets: Set<String>
  let venues: Set<String>
  /// By venue.
  let pools: [String: Set<String>]
  /// Whether there may be venues and pools that are not here, as their ids are wrong.
  let lacksIDs: Bool
  let districtLimits: [DistrictLimitDraft]
}

/// Reads a file of the kind `plan`.
struct PlanReader {
  let report: Report
  private var parameters = Parameter.standard
  private var parameterNumbers: [String: ParameterNumber] = [:]
  private var venues: [Venue] = []
  private var pools: [Pool] = []
  private var streets: Set<String> = []
  private var venueLines: [String: Int] = [:]
  private var poolNames: [String: Set<String>] = [:]
  private var lacksIDs = false
  /// Cleared by the first thing that keeps a plan from being made.
  private var isWhole = true

  init(report: Report) {
    self.report = report
    renumber()
  }

  /// The plan, nil when something it needs is missing or wrong, and its outline.
  mutating func plan(_ root: Section) -> (Plan?, PlanOutline) {
    var root = root
    let district = root.section("district").flatMap { self.district($0) }
    let interval = root.value("interval_seconds", .seconds(0.1...86_400))
    if let section = root.optionalSection("parameters") { addParameters(section) }
    let names = root.list("required", of: "parameters") ?? []
    let required = root.scalars(names, of: "required", .id).compactMap { number($0) }
    let districtLimits = root.optionalList("district_limits", of: "limits")
      .compactMap { DistrictLimits(report: report).limit($0) }
    let venueElements = root.list("venues", of: "venues")
    if venueElements == nil { lacksIDs = true }
    for element in venueElements ?? [] { addVenue(element) }
    root.end()
    let outline = PlanOutline(
      interval: interval, parameters: parameters, parameterNumbers: parameterNumbers,
      streets: streets, venues: Set(venueLines.keys), pools: poolNames, lacksIDs: lacksIDs,
      districtLimits: districtLimits)
    guard isWhole, let district, let interval, !venues.isEmpty else { return (nil, outline) }
    let plan = Plan(
      district: district, interval: interval, parameters: parameters, required: required,
      venues: venues, pools: pools)
    return (plan, outline)
  }

  private func district(_ section: Section) -> District? {
    var section = section
    let code = section.value("code", .districtCode)
    let title = section.title("name")
    let zone = section.value("zone", .zone)
    section.end()
    guard let code, let title, let zone else { return nil }
    return District(code: code, title: title, zone: zone)
  }
}

// MARK: - Parameters

extension PlanReader {
  private mutating func renumber() {
    parameterNumbers = Dictionary(
      uniqueKeysWithValues: parameters.enumerated().map { ($1.name, ParameterNumber($0)) })
  }

  private func number(_ name: Placed<String>) -> ParameterNumber? {
    let number = parameterNumbers[name.value]
    if number == nil {
      report.add(name.place, unknownParameter(name.value, among: parameters.map(\.name)))
    }
    return number
  }

  private mutating func addParameters(_ section: Section) {
    for pair in section.namedPairs() {
      guard Form<String>.id.read(Scalar(text: pair.key, isQuoted: true)) != nil else {
        report.add(
          pair.place,
          "the parameter name \(quoted(pair.key)) is wrong, expected \(Form<String>.id.expected)")
        continue
      }
      guard let content = Section(pair.value, name: quoted(pair.key), report: report) else {
        continue
      }
      if let number = parameterNumbers[pair.key] {
        parameters[number.index] = narrowed(parameters[number.index], by: content)
      } else {
        guard parameters.count < 64 else {
          report.add(
            pair.place,
            "\(quoted(pair.key)) is the 65th parameter, expected at most 64 with the"
              + " \(Parameter.standard.count) that every plan has")
          break
        }
        parameters.append(parameter(pair.key, content))
      }
    }
    renumber()
  }

  private func parameter(_ name: String, _ section: Section) -> Parameter {
    var section = section
    let unit = section.value("unit", Form<String>.unit)
    let title = section.title("name")
    let plausible = section.range("plausible", isRequired: true)
    section.end()
    // A parameter with mistakes still stands for its name, so that its uses are not mistakes too.
    return Parameter(
      name: name, unit: unit ?? "", title: title ?? Title(english: name, chinese: ""),
      plausible: plausible?.value ?? 0...0)
  }

  private func narrowed(_ standard: Parameter, by section: Section) -> Parameter {
    var section = section
    if let unit = section.optional("unit", Form<String>.unit), unit.value != standard.unit {
      report.add(
        unit.place,
        "the unit of '\(standard.name)' is \(quoted(unit.value)), expected"
          + " \(quoted(standard.unit)), which is the same in every plan")
    }
    let title = section.optionalTitle("name")
    let plausible = section.range("plausible", isRequired: false)
    let outer = standard.plausible
    if let plausible,
      !outer.contains(plausible.value.lowerBound)
        || !outer.contains(plausible.value.upperBound)
    {
      report.add(
        plausible.place,
        "'plausible' is wider than the usual cells can show, expected a range"
          + " inside \(shown(outer.lowerBound))…\(shown(outer.upperBound))")
    }
    section.end()
    return Parameter(
      name: standard.name, unit: standard.unit, title: title ?? standard.title,
      plausible: plausible?.value ?? outer)
  }
}

/// What is wrong with the name of a parameter that no plan has.
func unknownParameter(_ name: String, among names: [String]) -> String {
  var message =
    "unknown parameter \(quoted(name)), expected one of \(names.joined(separator: ", "))"
  if let word = suggestion(for: name, among: names) { message += "; did you mean '\(word)'?" }
  return message
}

// MARK: - Venues and pools

extension PlanReader {
  private mutating func addVenue(_ element: Element) {
    guard var section = Section(element, name: "an item of 'venues'", report: report) else {
      isWhole = false
      lacksIDs = true
      return
    }
    let id = section.placed("id", .id)
    if let id { report.refuseDaemonsName(id, of: "venue") }
    let title = section.title("name")
    let street = section.value("street", .text(100))
    let opening = OpeningReader(report: report)
    let hours = opening.hours(in: &section) ?? []
    let exceptions = opening.exceptions(in: &section) ?? []
    if let street { streets.insert(street) }
    if let id {
      if let line = venueLines.updateValue(id.place.line, forKey: id.value) {
        report.add(
          id.place, "the venue id '\(id.value)' is also in line \(line), expected one venue per id")
        isWhole = false
        lacksIDs = true
      }
    }
    let venueIndex = venues.count
    var poolLines: [String: Int] = [:]
    let poolElements = section.list("pools", of: "pools")
    if id == nil || poolElements == nil { lacksIDs = true }
    for element in poolElements ?? [] {
      addPool(element, of: id?.value, at: venueIndex, lines: &poolLines)
    }
    section.end()
    if let id { poolNames[id.value, default: []].formUnion(poolLines.keys) }
    guard let id, let title, let street else {
      isWhole = false
      return
    }
    venues.append(
      Venue(
        id: id.value, title: title, street: street, openingHours: hours,
        openingExceptions: exceptions))
  }

  private mutating func addPool(
    _ element: Element, of venue: String?, at venueIndex: Int, lines: inout [String: Int]
  ) {
    guard var section = Section(element, name: "an item of 'pools'", report: report) else {
      isWhole = false
      lacksIDs = true
      return
    }
    let id = section.placed("id", .id)
    let title = section.title("name")
    let kind = section.value("kind", Form<PoolKind>.word)
    let disinfectant = section.value("disinfectant", Form<Disinfectant>.word)
    let resolution = section.optionalSection("resolution").map { resolutions($0) } ?? [:]
    let opening = OpeningReader(report: report)
    let hours = opening.hours(in: &section)
    let exceptions = opening.exceptions(in: &section)
    section.end()
    if let id, let line = lines.updateValue(id.place.line, forKey: id.value) {
      report.add(
        id.place,
        "the pool id '\(id.value)' is also in line \(line), expected one pool per id in"
          + " a venue")
      isWhole = false
      lacksIDs = true
    }
    if id == nil { lacksIDs = true }
    guard let venue, let id, let title, let kind, let disinfectant else {
      isWhole = false
      return
    }
    pools.append(
      Pool(
        id: PoolID(venue: venue, pool: id.value), venue: venueIndex, title: title, kind: kind,
        disinfectant: disinfectant, resolution: resolution, openingHours: hours,
        openingExceptions: exceptions))
  }

  private func resolutions(_ section: Section) -> [ParameterNumber: Double] {
    var section = section
    var resolution: [ParameterNumber: Double] = [:]
    for pair in section.namedPairs() {
      let step = section.value(pair.key, .number(0.0001...1000))
      if let number = number(Placed(value: pair.key, place: pair.place)), let step {
        resolution[number] = step
      }
    }
    return resolution
  }
}

extension Section {
  /// A list of two numbers, the lower first.
  fileprivate mutating func range(
    _ key: String, isRequired: Bool
  ) -> Placed<ClosedRange<Double>>? {
    let expected = "a list of two numbers, the lower first, such as [0, 20]"
    guard let element = element(key) else {
      if isRequired { report.add(place, "'\(key)' is missing, expected \(expected)") }
      return nil
    }
    guard case .list(let items) = element.content, items.count == 2 else {
      report.add(element.place, "'\(key)' is \(element.found), expected \(expected)")
      return nil
    }
    let numbers = items.compactMap { item -> Double? in
      if case .scalar(let scalar) = item.content, let number = Form.anyNumber.read(scalar) {
        return number
      }
      report.add(item.place, "an item of '\(key)' is \(item.found), expected a number")
      return nil
    }
    guard numbers.count == 2 else { return nil }
    guard numbers[0] < numbers[1] else {
      report.add(
        element.place,
        "'\(key)' goes from \(shown(numbers[0])) to \(shown(numbers[1])),"
          + " expected the lower number first")
      return nil
    }
    return Placed(value: numbers[0]...numbers[1], place: element.place)
  }
}
