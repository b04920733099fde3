"""What every real board has: network sockets, a watchdog that may run already, LEDs on pins."""

# A watchdog that runs already is fed until a program takes over.
WATCHDOG = {"WATCHDOG": "y", "WATCHDOG_HANDLE_BOOT_ENABLED": "y"}

# Also those that the device tree switches on at the start.
LEDS = {"GPIOLIB": "y", "LEDS_CLASS": "y", "LEDS_GPIO": "y", "NEW_LEDS": "y"}

# The menu of the makers of controllers, and the PHYs between controller and socket.
SOCKETS = {"ETHERNET": "y", "PHYLIB": "y"}

SYMBOLS = {**WATCHDOG, **LEDS, **SOCKETS}
