import Decoding
import PoolModel

/// What has to be put back when a batch cannot be made durable, and what waits for its commit.
struct Batch {
  var counters: Counters
  let decoder: PayloadDecoder
  let unchecked: [Series: LateTimes]
  var refusals: [Refusal] = []
  var refusalByteCount = 0
  var commands: [OutgoingMessage] = []
  var messageCount = 0
  var observations = Observations()
}
