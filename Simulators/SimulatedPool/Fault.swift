/// Something that goes wrong at a venue, at a span after its gateway started.
public enum Fault: Hashable, Sendable {
  /// From then on the dosing pump stands still and chlorine is used up besides, as a share of what
  /// there is, an hour of the water's life: free chlorine slides out of its lower limit.
  case drift(from: Duration, perHour: Double)
  /// From then on every sensor repeats the value it showed last.
  case stuck(from: Duration)
  /// From then on the gateway publishes nothing, though it stays connected.
  case silence(from: Duration)
  /// Each reading is taken and reported up to so much before or after its due time, evenly spread.
  case jitter(Duration)
  /// The gateway's clock is so far ahead; negative for behind.
  case skew(Duration)
  /// Between the two the gateway has no network: it keeps its readings and sends them afterwards as
  /// arrays.
  case outage(from: Duration, to: Duration)
}
