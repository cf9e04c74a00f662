"""Everything the doctor looks at, in the order in which it is told."""

from ops.doctor.checks import channels, devices, folder, machine, pocket, server, serving
from ops.doctor.finding import Check

CHECKS: tuple[Check, ...] = (
    machine.python,
    machine.time_zones,
    machine.chinese_font,
    machine.voices,
    machine.sound,
    machine.usb_library,
    folder.folder,
    folder.disk,
    folder.space,
    folder.writes,
    folder.at_work,
    serving.store,
    serving.port,
    pocket.calendar,
    pocket.phones,
    channels.channels,
    server.reachable,
    server.clock,
    server.hall,
    server.token,
    server.devices,
    devices.serial_rights,
    devices.input_rights,
    devices.cups,
    devices.printer,
    devices.scanner,
    devices.idcard,
    devices.keypad,
    devices.panel,
    devices.speaker,
)
