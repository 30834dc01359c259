"""The bridge: a process of its own between the hub and the MQTT broker.
It follows the hub as a client, tells LED boards what their counters show, and takes presses of call
pads to the hub.
"""
