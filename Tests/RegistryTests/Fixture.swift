import Foundation
import Registry

/// A small configuration in memory: six files without a mistake, of which a test replaces pieces.
struct Fixture {
  struct NoSuchFile: Error, CustomStringConvertible {
    let description = "no such file"
  }

  var files: [String: [UInt8]] = [
    "poolwatch.yaml": Array(Self.poolwatch.utf8), "plan.yaml": Array(Self.plan.utf8),
    "profile.yaml": Array(Self.profile.utf8), "rules.yaml": Array(Self.rules.utf8),
    "people.yaml": Array(Self.people.utf8), "gateways.yaml": Array(Self.gateways.utf8),
  ]

  /// The same with `text` in place of `old`, which `file` has to contain.
  func replacing(_ old: String, with text: String, in file: String) -> Fixture {
    var changed = self
    let before = String(decoding: files[file] ?? [], as: UTF8.self)
    precondition(before.contains(old), "\(file) has no '\(old)'")
    let range = before.firstRange(of: old) ?? before.endIndex..<before.endIndex
    changed.files[file] = Array(before.replacingCharacters(in: range, with: text).utf8)
    return changed
  }

  func adding(_ text: String, as file: String) -> Fixture {
    var changed = self
    changed.files[file] = Array(text.utf8)
    return changed
  }

  func read(_ path: String) throws(NoSuchFile) -> [UInt8] {
    guard let bytes = files[path] else { throw NoSuchFile() }
    return bytes
  }

  func load(_ overrides: String...) throws(ConfigurationError) -> Configuration {
    try Configuration.load(path: "poolwatch.yaml", overrides: overrides, read: read)
  }

  /// The mistakes as they are printed.
  func mistakes(_ overrides: String...) -> [String] {
    do {
      _ = try Configuration.load(path: "poolwatch.yaml", overrides: overrides, read: read)
      return []
    } catch {
      return error.mistakes.map(\.description)
    }
  }

  func check(_ paths: String...) -> [String] {
    Configuration.check(paths: paths, read: read).map(\.description)
  }

  static let poolwatch = """
    kind: poolwatch
    plan: plan.yaml
    rules: rules.yaml
    people: people.yaml
    profiles: [profile.yaml]
    broker:
      host: broker.example.org
      port: 1883
    store:
      directory: /var/lib/poolwatch
      retention_days: 30
    api:
      mode: "0660"
    channels:
      mail:
        host: mail.example.org
        from: poolwatch@example.org
        security: none
    quarantine: {entries: 5}
    intake: {burst_hours: 24}
    gateways: gateways.yaml

    """

  static let plan = """
    kind: plan
    district:
      code: "310107"
      name: {en: District, zh: 区}
      zone: Asia/Shanghai
    interval_seconds: 60
    required: [free_chlorine, ph]
    venues:
      - id: lotus
        name: {en: Lotus}
        street: North
        opening_hours:
          - {days: [mon, sun], from: "06:00", to: "22:00"}
        pools:
          - id: main
            name: {en: main}
            kind: indoor
            disinfectant: chlorine
            resolution: {ph: 0.01}
          - {id: small, name: {zh: 小池}, kind: children, disinfectant: ozone}
      - id: jade
        name: {en: Jade}
        street: South
        pools:
          - {id: main, name: {en: main}, kind: outdoor, disinfectant: chlorine}

    """

  static let profile = """
    kind: profile
    id: p1
    title: {en: Profile}
    from: 2020-01-01
    to: 2020-12-31
    limits:
      - parameter: ph
        low: {value: 7.0}
        high: {value: 7.8, inclusive: false}
        mandatory: true
        kinds: [indoor]
        disinfectants: [chlorine]
        clause: c
        source: s
        status: primary

    """

  static let rules = """
    kind: rules
    silence_seconds: 120
    broker_down_seconds: 15
    limits:
      ph:
        deadband: 0.05
        on_delay_seconds: 6
        off_delay_seconds: 7

    """

  static let people = """
    kind: people
    people:
      - id: ann
        name: {en: Ann}
        role: inspector
        channel: mail
        address: ann@example.org
        streets: [North]
      - id: bob
        name: {en: Bob}
        role: venue_staff
        channel: log
        venues: [jade]

    """

  static let gateways = """
    kind: gateways
    gateways:
      - id: plant
        venue: lotus
        topic: hj212/plant
        dialect: hj212
        pool: main
        values:
          - name: w01001
            parameter: ph
          - name: a1
            parameter: free_chlorine
            unit: µg/L
            pool: small
      - id: cloud
        venue: jade
        topic: cloud/+/jade/#
        dialect: mapped
        readings: data.rows
        time: ts
        time_format: local-03:30
        values: [{name: a.0.v, parameter: temperature, unit: K, pool: main}]

    """
}
