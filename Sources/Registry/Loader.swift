import PoolModel

/// What a file of the configuration is about; the value of its first key.
enum FileKind: String, CaseIterable {
  case poolwatch, plan, profile, rules, people, gateways
}

/// One run over a set of files.
final class Loader {
  let report = Report()
  private let read: (String) throws -> [UInt8]
  private var roots: [String: Element?] = [:]
  private var byteCount = 0

  /// All files together.
  ///
  /// A plan of 40,000 pools has about 12 MB.
  private static let byteLimit = 16 << 20

  init(read: @escaping (String) throws -> [UInt8]) {
    self.read = read
  }

  /// The configuration at `path`, with the rules of the file at `rules` and no other pools than `pools`
  /// where these are given; nil only when something was reported.
  func configuration(
    path: String, overrides: [String], rules: String?, pools: Set<PoolID>?
  ) -> Configuration? {
    parts(path: path, overrides: overrides, rules: rules)?
      .configuration(report: report, pools: pools)
  }

  /// The cases in the file at `path`, of pools and parameters of `plan`.
  func ruleTests(path: String, plan: Plan) -> [RuleTestCase] {
    guard let root = root(of: path, namedAt: nil),
      let section = Section(root, name: "the file", report: report)
    else { return [] }
    return RuleTestReader(report: report, plan: plan).cases(section)
  }

  /// What the configuration at `path` and its files say, with the rules of the file at `rules` where one
  /// is given; nil, which was reported, when it cannot be read.
  private func parts(path: String, overrides: [String], rules: String?) -> Parts? {
    for argument in overrides { report.enlist(Place.override(argument).file) }
    guard let root = root(of: path, namedAt: nil) else { return nil }
    let overridden = Overrides(report: report).applied(overrides, to: root)
    return section(overridden, of: .poolwatch).map { parts(of: $0, rules: rules) }
  }

  /// Reports every mistake of the rules at `rules` and of the installation at `path`.
  ///
  /// - Returns: what is no mistake but looks wrong in the rules.
  func lint(rules: String, path: String, overrides: [String]) -> [Mistake] {
    let warnings = Report()
    report.enlist(rules)
    guard let parts = parts(path: path, overrides: overrides, rules: rules) else {
      return check(paths: [rules])
    }
    lint(parts, warnings)
    return warnings.mistakes
  }

  /// Adds to `warnings` what looks wrong in the rules of `parts`; nothing where there is no plan for them.
  private func lint(_ parts: Parts, _ warnings: Report) {
    guard let plan = parts.plan else { return }
    let profiles = parts.crossCheck(report: report).profiles
    for draft in parts.rules {
      RulesLint(
        report: warnings, plan: plan, profiles: profiles, rules: draft,
        retention: parts.settings?.store?.retention
      ).run()
    }
  }

  /// The plan in the file at `path`, or in the one that it names; nil only when something was
  /// reported.
  func plan(path: String) -> Plan? {
    guard let root = root(of: path, namedAt: nil),
      var section = Section(root, name: "the file", report: report)
    else { return nil }
    let form = Form<FileKind>(expected: "plan or poolwatch") { scalar in
      [.plan, .poolwatch].first { $0.rawValue == scalar.text }
    }
    switch section.value("kind", form) {
    case .poolwatch:
      return parts(of: section).plan
    case .plan:
      var parts = Parts(settings: nil)
      parts.add(plan: section, report)
      return parts.plan
    default:
      return nil
    }
  }

  /// Reads what the settings in `section` name, and checks it all together; the rules are those at `rules`
  /// where that is given.
  private func parts(of section: Section, rules: String? = nil) -> Parts {
    var reader = SettingsReader(report: report)
    let settings = reader.settings(section)
    var parts = Parts(settings: settings)
    if let section = named(settings.plan, .plan) { parts.add(plan: section, report) }
    var paths: Set<String> = []
    for path in settings.profiles {
      if !paths.insert(Self.normalized(path.value)).inserted {
        report.add(path.place, "\(quoted(path.value)) is named twice, expected each profile once")
      } else if let section = named(path, .profile) {
        parts.profiles.append(ProfileReader(report: report).profile(section))
      }
    }
    let ownRules = rules.map { Placed(value: $0, place: Place(file: $0, line: 1, column: 1)) }
    if let section = named(ownRules ?? settings.rules, .rules) {
      parts.rules = [RulesReader(report: report).rules(section)]
    }
    if let section = named(settings.people, .people) {
      parts.people = PeopleReader(report: report).people(section)
    }
    if let section = named(settings.gateways, .gateways) { parts.add(gateways: section, report) }
    for path in settings.secrets
    where !path.value.hasPrefix("/run/credentials/")
      && !path.value.hasPrefix(Configuration.credentialsPrefix)
    {
      _ = bytes(of: path.value, namedAt: path.place)
    }
    parts.crossCheck(report: report).run()
    return parts
  }

  private func named(_ path: Placed<String>?, _ kind: FileKind) -> Section? {
    guard let path, let root = root(of: path.value, namedAt: path.place) else { return nil }
    return section(root, of: kind)
  }

  /// The section of a file that ought to be of `kind`; nil when it says that it is of another.
  private func section(_ root: Element, of kind: FileKind) -> Section? {
    guard var section = Section(root, name: "the file", report: report) else { return nil }
    let form = Form(expected: kind.rawValue) { $0.text == kind.rawValue ? kind : nil }
    let found = section.placed("kind", form)
    // Without a kind it is read as what it ought to be, for its other mistakes.
    return found == nil && section.has("kind") ? nil : section
  }
}

// MARK: - Files on their own

extension Loader {
  /// Reports every mistake of the files at `paths`.
  ///
  /// - Returns: what is no mistake but looks wrong in rules.
  func check(paths: [String]) -> [Mistake] {
    let warnings = Report()
    for path in paths {
      report.enlist(path)
      warnings.enlist(path)
    }
    var loose = Parts(settings: nil)
    var complete: Parts?
    var roots: [(path: String, kind: FileKind, section: Section)] = []
    for path in paths {
      guard let root = root(of: path, namedAt: nil),
        var section = Section(root, name: "the file", report: report),
        let kind = section.value("kind", Form<FileKind>.word)
      else { continue }
      roots.append((path, kind, section))
    }
    var reached: Set<String> = []
    for (_, kind, section) in roots where kind == .poolwatch {
      let parts = parts(of: section)
      if let settings = parts.settings { reached.formUnion(settings.files.map(Self.normalized)) }
      complete = complete ?? parts
    }
    for (path, kind, section) in roots where !reached.contains(Self.normalized(path)) {
      switch kind {
      case .poolwatch: break
      case .plan: loose.add(plan: section, report)
      case .profile: loose.profiles.append(ProfileReader(report: report).profile(section))
      case .rules: loose.rules.append(RulesReader(report: report).rules(section))
      case .people: loose.people += PeopleReader(report: report).people(section)
      case .gateways: loose.add(gateways: section, report)
      }
    }
    if loose.outline == nil {
      loose.plan = complete?.plan
      loose.outline = complete?.outline
      if loose.profiles.isEmpty { loose.profiles = complete?.profiles ?? [] }
    }
    loose.settings = complete?.settings
    loose.crossCheck(report: report).run()
    // Without a profile every rule would look as if it judged nothing.
    for parts in [complete, loose].compactMap(\.self) where !parts.profiles.isEmpty {
      lint(parts, warnings)
    }
    return warnings.mistakes
  }
}

// MARK: - Reading

extension Loader {
  /// The root of the file at `path`, read once; a file that cannot be read is reported at the place
  /// that names it.
  private func root(of path: String, namedAt place: Place?) -> Element? {
    let key = Self.normalized(path)
    if let root = roots[key] { return root }
    report.enlist(path)
    var root: Element?
    if let bytes = bytes(of: path, namedAt: place) {
      if byteCount + bytes.count <= Self.byteLimit {
        byteCount += bytes.count
        var composer = Composer(file: path, report: report)
        root = composer.compose(bytes)
      } else {
        report.add(
          place ?? Place(file: path, line: 1, column: 1),
          "with \(quoted(path)) the configuration has \(byteCount + bytes.count) bytes, expected at"
            + " most \(Self.byteLimit)")
      }
    }
    roots[key] = .some(root)
    return root
  }

  private func bytes(of path: String, namedAt place: Place?) -> [UInt8]? {
    do {
      return try read(path)
    } catch {
      report.add(
        place ?? Place(file: path, line: 1, column: 1),
        "\(quoted(path)) cannot be read (\(error)), expected a readable file")
      return nil
    }
  }

  /// `path` without what can be left out of it, to know a file again that is named in two ways.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}

extension Settings {
  /// The configuration files it names.
  fileprivate var files: [String] {
    ([plan, rules, people, gateways].compactMap { $0 } + profiles).map(\.value)
  }
}
