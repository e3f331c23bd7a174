import MQTTTransport
import PoolModel
import Testing

/// The thresholds are those of the manual in `Config/poolwatch.yaml` and `docs/operations.md`.
@Suite struct `What the broker tells of its queue` {
  private static func held(_ count: Int) -> Delivery {
    Delivery(topic: "$SYS/broker/store/messages/count", payload: Array("\(count)".utf8))
  }

  private static func dropped(_ count: Int) -> Delivery {
    Delivery(topic: "$SYS/broker/publish/messages/dropped", payload: Array("\(count)".utf8))
  }

  @Test func `half and nine tenths of the limit are told, and it is over below two fifths`() {
    var backlog = BrokerBacklog(limit: 1000, droppedCount: nil)
    let course: [(Int, BrokerBacklog.Level, isWorse: Bool)] = [
      (0, .inOrder, false), (499, .inOrder, false), (500, .half, true), (899, .half, false),
      (400, .half, false), (900, .nearlyFull, true), (5000, .nearlyFull, false),
      (800, .nearlyFull, false), (799, .half, false), (900, .nearlyFull, true),
      (400, .half, false), (399, .inOrder, false), (450, .inOrder, false),
      (950, .nearlyFull, true),
    ]
    for (count, level, isWorse) in course {
      #expect(backlog.received(Self.held(count)) == .tell(level, isWorse: isWorse), "\(count)")
      #expect(backlog.heldCount == count)
    }
    backlog.linkLost()
    #expect(backlog.heldCount == nil)
    #expect(backlog.level == .inOrder)
  }

  @Test func `the limit of one message is full with one`() {
    var backlog = BrokerBacklog(limit: 1, droppedCount: nil)
    #expect(backlog.received(Self.held(0)) == .tell(.inOrder, isWorse: false))
    #expect(backlog.received(Self.held(1)) == .tell(.nearlyFull, isWorse: true))
  }

  @Test func `dropped messages are told once, also across a restart of the broker`() {
    var backlog = BrokerBacklog(limit: 1000, droppedCount: 5)
    #expect(backlog.received(Self.dropped(5)) == nil)
    #expect(backlog.received(Self.dropped(7)) == .tellDropped(2))
    #expect(backlog.received(Self.dropped(7)) == nil)
    #expect(backlog.received(Self.dropped(0)) == nil)
    #expect(backlog.received(Self.dropped(3)) == .tellDropped(3))
    #expect(backlog.received(Self.dropped(1)) == .tellDropped(1))
    #expect(backlog.droppedCount == 1)
  }

  @Test func `what was dropped before we knew the broker is not ours`() {
    var backlog = BrokerBacklog(limit: 1000, droppedCount: nil)
    #expect(backlog.received(Self.dropped(70)) == nil)
    #expect(backlog.received(Self.dropped(71)) == .tellDropped(1))
  }

  @Test(arguments: ["", "-1", "1.5", "many", "99999999999999999999"])
  func `a figure that is none says nothing`(text: String) {
    var backlog = BrokerBacklog(limit: 1000, droppedCount: 1)
    for topic in BrokerBacklog.topics {
      #expect(backlog.received(Delivery(topic: topic, payload: Array(text.utf8))) == nil)
    }
    #expect(backlog.heldCount == nil)
    #expect(backlog.droppedCount == 1)
  }

  @Test func `the figures are told from the messages of gateways`() {
    #expect(BrokerBacklog.isFigure(Self.held(1)))
    #expect(BrokerBacklog.isFigure(Self.dropped(1)))
    for topic in ["pools/v1/310107/v/p/telemetry", "$SYS/cloud", ""] {
      #expect(!BrokerBacklog.isFigure(Delivery(topic: topic, payload: [])))
    }
  }
}
