"""ESPHome has no `mqtt` on a PC.

This stands in for it in the test build: the same keys as the boards' files, carried by
libmosquitto.
"""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import esphome
import esphome.codegen as cg
import esphome.config_validation as cv
from esphome import automation

# keys and sensors name what the real component has
_spec = importlib.util.spec_from_file_location(
    "luot_real_mqtt", Path(esphome.__file__).parent / "components/mqtt/__init__.py"
)
_real = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_real)
globals().update(
    {name: value for name, value in vars(_real).items() if name.startswith(("MQTT", "CONF_"))}
)

mqtt = cg.esphome_ns.namespace("mqtt")
Client = mqtt.class_("MQTTClientComponent", cg.Component)
MessageTrigger = mqtt.class_("MQTTMessageTrigger", automation.Trigger.template(cg.std_string))

MESSAGE = cv.Schema(
    {
        cv.Required("topic"): cv.publish_topic,
        cv.Required("payload"): cv.mqtt_payload,
        cv.Optional("qos", default=0): cv.mqtt_qos,
        cv.Optional("retain", default=True): cv.boolean,
    }
)
CONFIG_SCHEMA = cv.Schema(
    {
        cv.GenerateID(): cv.declare_id(Client),
        cv.Required("broker"): cv.string_strict,
        cv.Optional("port", default=1883): cv.port,
        cv.Optional("username", default=""): cv.string,
        cv.Optional("password", default=""): cv.string,
        cv.Required("client_id"): cv.string,
        cv.Required("clean_session"): cv.boolean,
        cv.Optional("keepalive", default="15s"): cv.positive_time_period_seconds,
        cv.Optional("certificate_authority", default=""): cv.string,
        cv.Required("birth_message"): MESSAGE,
        cv.Required("will_message"): MESSAGE,
        cv.Optional("discovery"): False,
        cv.Optional("discover_ip"): False,
        cv.Optional("topic_prefix"): None,
        cv.Optional("log_topic"): None,
        cv.Optional("reboot_timeout"): cv.positive_time_period_milliseconds,
        cv.Optional("on_message"): automation.validate_automation(
            {
                cv.GenerateID("trigger_id"): cv.declare_id(MessageTrigger),
                cv.Required("topic"): cv.subscribe_topic,
                cv.Optional("qos", default=0): cv.mqtt_qos,
            }
        ),
    }
).extend(cv.COMPONENT_SCHEMA)


async def to_code(config: Mapping[str, Any]) -> None:
    """The client, its messages and its triggers, in C++."""
    client = cg.new_Pvariable(config["id"])
    await cg.register_component(client, config)
    cg.add(client.set_broker(config["broker"], config["port"], config["certificate_authority"]))
    cg.add(
        client.set_account(
            config["client_id"],
            config["username"],
            config["password"],
            config["clean_session"],
            config["keepalive"].total_seconds,
        )
    )
    for name in ("birth", "will"):
        message = config[f"{name}_message"]
        cg.add(
            getattr(client, f"set_{name}")(
                message["topic"], message["payload"], message["qos"], message["retain"]
            )
        )
    for listener in config.get("on_message", []):
        trigger = cg.new_Pvariable(
            listener["trigger_id"], client, listener["topic"], listener["qos"]
        )
        await automation.build_automation(trigger, [(cg.std_string, "x")], listener)


async def register_mqtt_component(_var: object, _config: object) -> None:
    """A key tells the broker nothing of itself."""
