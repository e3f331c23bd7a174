/// Something that goes wrong at a venue, from a span after its gateway started on.
///
/// Without `to` it lasts for ever; the instant of `to` itself is sound again.
public enum Fault: Hashable, Sendable {
  // MARK: Of the water

  /// The dosing pump stands still and chlorine is used up besides, as a share of what there is, an
  /// hour of the water's life: free chlorine slides out of its lower limit.
  case drift(from: Duration, to: Duration? = nil, perHour: Double)
  /// A dead zone of the dosing controller of so many mg/L to each side of its set point: a coarser
  /// saw-tooth.
  case coarseDosing(from: Duration, to: Duration? = nil, band: Double)
  /// So many full houses in the water, on top of the time of day.
  case bathers(from: Duration, to: Duration? = nil, houses: Double)

  // MARK: Of the sensors

  /// The water past the sensors stands: the flow is 0, chlorine at the sensor falls to 0 within
  /// minutes, and everything else but the water level shows what it showed last.
  case flowLoss(from: Duration, to: Duration? = nil)
  /// The sensor of `parameter`, or every sensor, repeats the value it showed last.
  case stuck(from: Duration, to: Duration? = nil, parameter: String? = nil)
  /// The membrane of the free chlorine sensor is covered: it shows less of what there is by this
  /// share an hour of the water's life, until it is cleaned.
  case fouling(from: Duration, to: Duration? = nil, perHour: Double)
  /// The sensor of `parameter` shows so much more, in its unit, as after a wrong calibration.
  case calibration(from: Duration, to: Duration? = nil, parameter: String, step: Double)

  // MARK: Of the gateway

  /// The gateway publishes nothing, though it stays connected; these readings are lost.
  case silence(from: Duration, to: Duration? = nil)
  /// Each reading is taken and reported up to so much before or after its due time, evenly spread.
  case jitter(Duration)
  /// The gateway's clock is so far ahead; negative for behind.
  case skew(Duration)
  /// Between the two the gateway has no network: it keeps its readings and sends them afterwards as
  /// arrays.
  case outage(from: Duration, to: Duration)
}
