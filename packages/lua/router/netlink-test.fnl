(import-macros {: expect : expect=} :router.test)
(local netlink (require :router.netlink))
(local system (require :router.system))

(fn shown [text]
  "Show an IPv6 address of groups of base 16."
  (system.shown_address (table.concat (icollect [group (string.gmatch text "%x+")]
                                        (string.pack ">I2" (tonumber group 16))))))

(expect= (system.shown_address "\192\168\1\254") "192.168.1.254")
;; RFC 5952.
(expect= (shown "2001:db8:0:0:1:0:0:1") "2001:db8::1:0:0:1")
(expect= (shown "2001:db8:0:1:1:1:1:1") "2001:db8:0:1:1:1:1:1")
(expect= (shown "2001:0:0:1:0:0:0:1") "2001:0:0:1::1")
(expect= (shown "0:0:0:0:0:0:0:1") "::1")
(expect= (shown "0:0:0:0:0:0:0:0") "::")
(expect= (shown "fe80:0:0:0:0:0:0:0") "fe80::")
(expect= (shown "2001:db8:10:0:0:100:1:1") "2001:db8:10::100:1:1")
(expect= (system.shown_address "\1") nil)

;; Every machine has this one.
(let [lo (accumulate [found nil _ link (ipairs (netlink.links))]
           (if (= link.name :lo) link found))]
  (expect lo.loopback)
  (expect (> lo.mtu 1000))
  (expect (>= lo.counters.received-bytes 0))
  (expect= lo.mac "00:00:00:00:00:00"))
(each [_ address (ipairs (netlink.addresses))]
  (expect address.address)
  (expect (<= address.prefix 128)))
(let [changes (netlink.changes)
      found (changes.next)]
  (expect= (. found 1 :what) :link)
  (changes.close))

(let [event (netlink.device-event "add@/devices/usb1\0ACTION=add\0SUBSYSTEM=usb\0SEQNUM=7\0")]
  (expect= event {:action :add :path :/devices/usb1 :ACTION :add :SUBSYSTEM :usb :SEQNUM "7"}))
(expect= (netlink.device-event "libudev\0x") nil)
