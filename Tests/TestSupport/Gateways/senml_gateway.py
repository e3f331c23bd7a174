"""A gateway that speaks SenML, its packs made by kpn_senml and published with paho-mqtt.

Its argument is a JSON object: port, ca, user, password, topic, name (of the device), time (of the pack in
seconds) and records, a list of [name, unit, value, seconds after time].
"""

import json
import sys

import paho.mqtt.publish as publish
from kpn_senml import SenmlPack, SenmlRecord

order = json.loads(sys.argv[1])
pack = SenmlPack(order["name"])
pack.base_time = order["time"]
for name, unit, value, seconds in order["records"]:
    pack.add(SenmlRecord(name, unit=unit, value=value, time=order["time"] + seconds))
publish.single(
    order["topic"], pack.to_json(), qos=1, hostname="127.0.0.1", port=order["port"],
    client_id=order["user"], auth={"username": order["user"], "password": order["password"]},
    tls={"ca_certs": order["ca"]})
