/// Payloads made by the Python package mqtt-spb-wrapper 2.1.2, whose encoder is generated from Eclipse
/// Tahu's definition of Sparkplug B.
///
/// Made with `addMetric`, `addNullMetric`, `addHistoricalMetric`, `get…Payload` of its module
/// `spb_protobuf.sparkplug_b` and `SpbEntity.serialize_payload_birth/_data`, `time.time` fixed at
/// 1767225590 (2025-12-31T23:59:50Z).
enum SparkplugFixtures {
  /// seq 0, bdSeq 3; Water/pH is Float 7.1 at -1 s under alias 1, Water/Cl Double 0.52 at -1 s under 2,
  /// Water/T Int16 -5 at -2 s under 3, Firmware a String under 4; Node Control/Rebirth.
  static let nodeBirth = """
    08f081eab6b73312120a05626453657118f081eab6b7332004580312210a144e6f646520436f6e74726f6c2f5265626972\
    746818f081eab6b733200b7000121a0a0857617465722f704810011888fae9b6b7332009653333e340121e0a0857617465\
    722f436c10021888fae9b6b733200a69a4703d0ad7a3e03f12180a0757617465722f54100318a0f2e9b6b733200250fbff\
    03121a0a084669726d77617265100418f081eab6b733200c7a03322e341800
    """
  /// seq 1; pH is Float 7.25 under alias 11, flow UInt32 120 under 12.
  static let deviceBirth = """
    08f081eab6b73312140a027048100b18f081eab6b7332009650000e84012130a04666c6f77100c18f081eab6b733200750\
    781801
    """
  /// seq 2; at +1 s alias 1 is 7.2, 2 is 0.61, 4 a string.
  static let nodeData = """
    08f081eab6b7331210100118d889eab6b7332009656666e6401214100218d889eab6b733200a6985eb51b81e85e33f1210\
    100418d889eab6b733200c7a03322e351802
    """
  /// seq 3; alias 11 is null, 12 is 118 at -1 h and historical.
  static let deviceData = """
    08f081eab6b733120d100b18f081eab6b73320093801120f100c18f0a48eb5b7332007280150761803
    """
  /// seq 4, nothing else.
  static let deviceDeath = "08f081eab6b7331804"
  /// bdSeq 3.
  static let nodeDeath = "12120a05626453657118f081eab6b73320045803"
  /// bdSeq 2.
  static let oldNodeDeath = "12120a05626453657118f081eab6b73320045802"
  /// One metric per numeric type, without aliases: see `SparkplugNumberTests`.
  static let types = """
    08f081eab6b73312120a05626453657118f081eab6b73320045800120f0a016118f081eab6b733200150ff0112100a0162\
    18f081eab6b733200250d4fd0312120a016318f081eab6b73320035090ddfbff0f12170a016418f081eab6b733200458809\
    ce8afedffffffff01120f0a016518f081eab6b733200550c80112100a016618f081eab6b733200650e0d40312120a016718\
    f081eab6b73320075080d0acf30e12150a016818f081eab6b733200858808080808080801012110a016918f081eab6b7332\
    009653333e34012150a016a18f081eab6b733200a699a9999999999b93f120e0a016b18f081eab6b7332001507f12170a01\
    6c18f081eab6b733200458ffffffffffffffffff0112110a016d18f081eab6b7332009650000804b12110a016e18f081eab\
    6b7332009650100000012110a016f18f081eab6b733200965b81e053f1800
    """
  /// `Node Control/Rebirth` = true, as a host sends it at 2026-01-01T00:00:00Z.
  static let rebirth = """
    0880d0eab6b73312210a144e6f646520436f6e74726f6c2f526562697274681880d0eab6b733200b7001
    """
  /// seq 7; DATA/ph is Double 7.31 under alias 5, DATA/temp 27.4 under 6.
  static let folderBirth = """
    08f081eab6b733121d0a07444154412f7068100518f081eab6b733200a693d0ad7a3703d1d40121f0a09444154412f7465\
    6d70100618f081eab6b733200a696666666666663b401807
    """
  /// seq 8; ph, alias 5, is 7.32 at +1 s.
  static let folderData = """
    08f081eab6b73312180a027068100518d889eab6b733200a6948e17a14ae471d401808
    """

  /// The bytes of a fixture.
  static func bytes(_ hex: String) -> [UInt8] {
    let digits = Array(hex.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
