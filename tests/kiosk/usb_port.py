"""A USB port as libusb shows it to pyusb, with one printer in it: descriptors, end points, claims,
time limits. What goes in and out passes to a printer on the network.
"""

import errno
import select
import socket
from types import SimpleNamespace

import usb.backend
import usb.core

IN, OUT = 0x82, 0x01


class UsbPort(usb.backend.IBackend):
    """Given to pyusb in place of libusb.

    `plugged` false: nothing is there. `asked` is what was asked of the port.
    """

    def __init__(self, printer, vendor=0x04B8, product=0x0E15):
        self._printer, self._vendor, self._product = printer, vendor, product
        self.plugged, self.configured, self.asked = True, True, []

    def enumerate_devices(self):
        return iter(["printer"] if self.plugged else [])

    def get_device_descriptor(self, dev):
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x200,
            bDeviceClass=0,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=self._vendor,
            idProduct=self._product,
            bcdDevice=0x100,
            iManufacturer=0,
            iProduct=0,
            iSerialNumber=0,
            bNumConfigurations=1,
            address=3,
            bus=1,
            port_number=1,
            port_numbers=(1,),
            speed=3,
        )

    def get_configuration_descriptor(self, dev, config):
        if config:
            raise IndexError(config)
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=1,
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0xC0,
            bMaxPower=1,
            extra_descriptors=[],
        )

    def get_interface_descriptor(self, dev, intf, alt, config):
        if intf or alt:
            raise IndexError((intf, alt))
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=0,
            bAlternateSetting=0,
            bNumEndpoints=2,
            bInterfaceClass=7,
            bInterfaceSubClass=1,
            bInterfaceProtocol=2,
            iInterface=0,
            extra_descriptors=[],
        )

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=(OUT, IN)[ep],
            bmAttributes=2,
            wMaxPacketSize=64,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=[],
        )

    def open_device(self, dev):
        if not self.plugged:
            raise usb.core.USBError(
                "No such device (it may have been disconnected)", errno=errno.ENODEV
            )
        self.asked.append("open")
        return socket.create_connection(self._printer)

    def close_device(self, handle):
        self.asked.append("close")
        handle.close()

    def get_configuration(self, handle):
        return 1 if self.configured else 0

    def set_configuration(self, handle, value):
        self.asked.append("configure")
        self.configured = True

    def set_interface_altsetting(self, handle, intf, alt):
        self.asked.append("altsetting")

    def claim_interface(self, handle, intf):
        self.asked.append("claim")

    def release_interface(self, handle, intf):
        self.asked.append("release")

    def reset_device(self, handle):
        self.asked.append("reset")

    def bulk_write(self, handle, ep, intf, data, timeout):
        assert ep == OUT and timeout
        if not self.plugged:
            raise usb.core.USBError(
                "No such device (it may have been disconnected)", errno=errno.ENODEV
            )
        handle.sendall(bytes(data))
        return len(data)

    def bulk_read(self, handle, ep, intf, buff, timeout):
        assert ep == IN and timeout
        if not select.select([handle], [], [], timeout / 1000)[0]:
            raise usb.core.USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
        data = handle.recv(len(buff))
        buff[: len(data)] = type(buff)("B", data)
        return len(data)
