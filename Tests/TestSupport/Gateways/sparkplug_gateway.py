"""A Sparkplug B edge node with one device, made of mqtt-spb-wrapper.

Its argument is a JSON object: port, ca, user, password, group, node, device, and births and data, each a
list of [node or device, metric, milliseconds, value]: first what is published as births, then the data,
one message each. It leaves without a death, as at the end of a test nobody waits for one.
"""

import json
import sys
import time

from mqtt_spb_wrapper import MqttSpbEntityDevice, MqttSpbEntityEdgeNode

order = json.loads(sys.argv[1])
node = MqttSpbEntityEdgeNode(order["group"], order["node"])
device = MqttSpbEntityDevice(order["group"], order["node"], order["device"])


def entity(name):
    return node if name == order["node"] else device


for name, metric, milliseconds, value in order["births"]:
    entity(name).data.set_value(metric, value, timestamp=milliseconds)
for part in (node, device):
    if not part.connect(
        "127.0.0.1", order["port"], order["user"], order["password"], tls_ca_path=order["ca"],
        client_id=f"{order['user']}-{part.entity_name}",
    ):
        sys.exit(f"{part.entity_name} is not connected")
    part.publish_birth(qos=1)
for name, metric, milliseconds, value in order["data"]:
    entity(name).data.set_value(metric, value, timestamp=milliseconds)
    if not entity(name).publish_data(qos=1):
        sys.exit(f"{metric} was not published")
for part in (node, device):
    deadline = time.monotonic() + 20
    while part._mqtt._out_messages and time.monotonic() < deadline:  # the package has no way to wait
        time.sleep(0.01)
    part.disconnect(skip_death_publish=True)
