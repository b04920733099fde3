"""Facts that boards of all families share."""


def built_in(words: str) -> dict[str, str]:
    """Return symbols, a word each, that are built in."""
    return dict.fromkeys(words.split(), "y")


# A watchdog that runs already is fed until a program takes over.
WATCHDOG = {"WATCHDOG": "y", "WATCHDOG_HANDLE_BOOT_ENABLED": "y"}

# Also those that the device tree switches on at the start.
LEDS = {"GPIOLIB": "y", "LEDS_CLASS": "y", "LEDS_GPIO": "y", "NEW_LEDS": "y"}

# A LED that beats as long as the kernel works, where the device tree has one.
HEARTBEAT = {"LEDS_TRIGGERS": "y", "LEDS_TRIGGER_HEARTBEAT": "y"}

# The menu of the makers of controllers, and the PHYs between controller and socket.
SOCKETS = {"ETHERNET": "y", "PHYLIB": "y"}

# Read at the start, and set when the time is known from the network.
CLOCK = {"RTC_CLASS": "y", "RTC_HCTOSYS": "y", "RTC_SYSTOHC": "y"}

# With the corrections for cards and bridges that are wrong: Atheros' radios do not come back from a
# reset of the bus.
PCI = {"PCI": "y", "PCI_QUIRKS": "y"}


def processors(count: int) -> dict[str, str]:
    """Return the symbols of a board with several processors; threads of a core count too."""
    return {
        # Memory is set aside for each that there might be: up to 512 otherwise.
        "NR_CPUS": str(count),
        "SMP": "y",
        # A reference to a network device costs no cache line that another processor has.
        "PCPU_DEV_REFCNT": "y",
        # All can work on the packets of one queue (rps_cpus below /sys).
        "RPS": "y",
        # Freed memory waits at its processor.
        "SLUB_CPU_PARTIAL": "y",
    }


# What every real board has.
SYMBOLS = {**WATCHDOG, **LEDS, **SOCKETS}
