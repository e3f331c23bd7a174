extension Installation {
  /// Nobody is called silent within a test, limits are damped by a few samples, and values may jump as they
  /// will: only their plausible range is looked at.
  public static let patientRules =
    testedRules + """

      quality:
        parameters:
          free_chlorine: {expected: off, spike: off, rate_of_change: off, flat_line: off}
          ph: {expected: off, spike: off, rate_of_change: off, flat_line: off}
          temperature: {expected: off, spike: off, rate_of_change: off, flat_line: off}
      """

  /// The same with the thresholds proposed for quality control.
  public static let testedRules = """
    silence_seconds: 86400
    broker_down_seconds: 86400
    limits:
      free_chlorine: {deadband: 0.03, on_delay_seconds: 5, off_delay_seconds: 5}
      ph: {deadband: 0.05, on_delay_seconds: 5, off_delay_seconds: 5}
    """

  static func poolEntry(_ id: String, number: Int) -> String {
    """
          - id: \(id)
            name: {en: Pool \(number), zh: 第\(number)池}
            kind: indoor
            disinfectant: chlorine

    """
  }

  static let plan: String = {
    let venues = (0..<2).map { venue in
      let pools = (0..<5).map { poolEntry("pool-\($0)", number: $0) }.joined()
      return """
          - id: venue-\(venue)
            name: {en: Venue \(venue), zh: 第\(venue)馆}
            street: \(["north", "south"][venue])
            pools:
        \(pools)
        """
    }
    return """
      kind: plan
      district:
        code: "310107"
        name: {en: Sample district, zh: 样区}
        zone: Asia/Shanghai
      interval_seconds: 1
      required: [free_chlorine, ph, temperature]
      venues:
      \(venues.joined(separator: "\n"))

      """
  }()

  /// The limits: free chlorine 0.3…1.0 mg/L, pH 7.0…7.8.
  public static let profile = """
    kind: profile
    id: cn-gb37488-2019
    title: {en: GB 37488-2019, zh: GB 37488-2019}
    from: 2019-11-01
    limits:
      - parameter: free_chlorine
        low: {value: 0.3, inclusive: true}
        high: {value: 1.0, inclusive: true}
        mandatory: true
        kinds: [indoor, outdoor, children]
        disinfectants: [chlorine, stabilized_chlorine]
        clause: GB 37488-2019 free chlorine
        source: secondary literature
        status: secondary
      - parameter: ph
        low: {value: 7.0, inclusive: true}
        high: {value: 7.8, inclusive: true}
        mandatory: true
        kinds: [indoor, outdoor, children]
        disinfectants: [chlorine, stabilized_chlorine, bromine, ozone]
        clause: GB 37488-2019 pH
        source: secondary literature
        status: secondary

    """

  static func people(byMail: Bool) -> String {
    func channel(_ name: String) -> String {
      byMail ? "channel: mail, address: \(name)@example.org" : "channel: log"
    }
    return """
      kind: people
      people:
        - {id: inspector-north, name: {en: Li Na, zh: 李娜}, role: inspector, \(channel("li")), streets: [north]}
        - {id: inspector-south, name: {en: Wang Wei, zh: 王伟}, role: inspector, \(channel("wang")), streets: [south]}
        - {id: staff-0, name: {en: Chen Jie, zh: 陈杰}, role: venue_staff, \(channel("chen")), venues: [venue-0]}
        - {id: staff-1, name: {en: Zhao Min, zh: 赵敏}, role: venue_staff, \(channel("zhao")), venues: [venue-1]}

      """
  }
}
