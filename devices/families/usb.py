"""USB of boards that have disks there too."""

from .common import built_in

SYMBOLS = built_in("USB_SUPPORT USB")

# A disk for data.
STORAGE = built_in("SCSI BLK_DEV BLK_DEV_SD USB_STORAGE USB_UAS")
