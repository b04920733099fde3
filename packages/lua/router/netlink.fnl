;; Netlink: interfaces and addresses as the kernel has them, what changes of them, and devices that come and go.
;; Numbers are those of linux/rtnetlink.h, linux/if_link.h and linux/netlink.h.

(local system (require :router.system))

(local ROUTE 0)
(local KOBJECT-UEVENT 15)
(local {: NEWLINK : DELLINK : GETLINK : NEWADDR : DELADDR : GETADDR : DONE : ERROR}
       {:ERROR 2 :DONE 3 :NEWLINK 16 :DELLINK 17 :GETLINK 18 :NEWADDR 20 :DELADDR 21 :GETADDR 22})
(local DUMP 0x301)
;; RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV6_IFADDR.
(local GROUPS 0x111)

(fn padded [size]
  (band (+ size 3) (bnot 3)))

(fn attributes [bytes from upto]
  "Return the attributes between two places, by their numbers."
  (let [found {}]
    (var at from)
    (while (<= (+ at 3) upto)
      (let [(size kind) (string.unpack "=I2I2" bytes at)]
        (if (or (< size 4) (> (+ at size -1) upto))
            (set at (+ upto 1))
            (do (tset found (band kind 0x3fff) (string.sub bytes (+ at 4) (+ at size -1)))
                (set at (+ at (padded size)))))))
    found))

(fn text-of [bytes]
  (when bytes (pick-values 1 (string.gsub bytes "%z.*$" ""))))

(fn number-of [bytes]
  (when (and bytes (= (length bytes) 4)) (pick-values 1 (string.unpack "=I4" bytes))))

(fn mac-of [bytes]
  (when (and bytes (not= bytes ""))
    (table.concat (icollect [byte (string.gmatch bytes ".")]
                    (string.format "%02x" (string.byte byte))) ":")))

(fn counters [bytes]
  "Return the first counters of struct rtnl_link_stats64."
  (when (and bytes (>= (length bytes) 64))
    (let [(received-packets sent-packets received-bytes sent-bytes received-errors sent-errors
           received-dropped sent-dropped) (string.unpack "=i8i8i8i8i8i8i8i8" bytes)]
      {: received-bytes
       : received-dropped
       : received-errors
       : received-packets
       : sent-bytes
       : sent-dropped
       : sent-errors
       : sent-packets})))

(fn link [bytes from upto]
  "Read a struct ifinfomsg and what follows."
  (let [(_ _ index flags) (string.unpack "=I2I2i4I4" bytes from)
        found (attributes bytes (+ from 16) upto)]
    {: index
     :name (text-of (. found 3))
     :up (not= (band flags 1) 0)
     :running (not= (band flags 0x40) 0)
     :loopback (not= (band flags 8) 0)
     :mac (mac-of (. found 1))
     :mtu (number-of (. found 4))
     :carrier (case (. found 33) byte (= byte "\1"))
     :counters (counters (. found 23))}))

(fn address [bytes from upto]
  "Read a struct ifaddrmsg and what follows."
  (let [(family prefix _ scope index) (string.unpack "=BBBBI4" bytes from)
        found (attributes bytes (+ from 8) upto)]
    {: index
     :family (if (= family 2) :inet :inet6)
     : prefix
     :link-local (= scope 253)
     ;; IFA_LOCAL is the own end of a link between two; IPv6 has IFA_ADDRESS only.
     :address (system.shown_address (or (. found 2) (. found 1) ""))}))

(local readers {NEWLINK [:link link]
                DELLINK [:link-gone link]
                NEWADDR [:address address]
                DELADDR [:address-gone address]})

(fn messages [bytes found]
  "Append the messages of a datagram to a list; return true at the end of a dump."
  (var at 1)
  (var done false)
  (while (and (not done) (<= (+ at 15) (length bytes)))
    (let [(size kind) (string.unpack "=I4I2" bytes at)
          upto (+ at size -1)]
      (if (or (< size 16) (> upto (length bytes))) (set done true)
          (or (= kind DONE) (= kind ERROR)) (set done true)
          (do (case (. readers kind)
                [what reader] (let [one (reader bytes (+ at 16) upto)]
                                (set one.what what)
                                (table.insert found one)))
              (set at (+ at (padded size)))))))
  done)

(fn dump [kind body]
  (let [socket (assert (system.netlink ROUTE))
        found []
        request (.. (string.pack "=I4I2I2I4I4" (+ 16 (length body)) kind DUMP 1 0) body)]
    (assert (system.send socket request))
    (var done false)
    (while (not done)
      (set done (messages (assert (system.receive socket)) found)))
    (system.close socket)
    found))

(fn links []
  "Return every interface: index, name, up, running, loopback, carrier, mac, mtu, counters."
  (dump GETLINK (string.pack "=BBI2i4I4I4" 0 0 0 0 0 0)))

(fn addresses []
  "Return every address: index of its interface, family, prefix, link-local, address."
  (dump GETADDR (string.pack "=BBBBI4" 0 0 0 0 0)))

(fn changes []
  "Return a socket that tells of changes of interfaces and addresses: its descriptor, and a function
that returns those there are, each as in `links` and `addresses` with :what, one of :link :link-gone :address
:address-gone. What is there before it comes first."
  (let [descriptor (assert (system.netlink ROUTE GROUPS))
        first [(table.unpack (links))]]
    (each [_ one (ipairs (addresses))]
      (table.insert first one))
    (var waiting first)
    {: descriptor
     :close #(system.close descriptor)
     :next (fn []
             (if waiting
                 (let [found waiting]
                   (set waiting nil)
                   found)
                 (let [found []]
                   (case (system.receive descriptor)
                     bytes (messages bytes found)
                     ;; Some were lost, so everything is looked at again.
                     (where (_ _ code) (= code system.error.no_room))
                     (each [_ list (ipairs [(links) (addresses)])]
                       (each [_ one (ipairs list)]
                         (table.insert found one)))
                     (_ reason) (error reason))
                   found)))}))

(fn device-event [bytes]
  "Read what the kernel says of a device: :action, :path, and its variables."
  (case (string.match bytes "^(%l+)@([^%z]*)")
    (action path) (let [found {: action : path}]
                    (each [name value (string.gmatch bytes "%z([%u_%d]+)=([^%z]*)")]
                      (tset found name value))
                    found)))

(fn device-events []
  "Return a socket for devices: its descriptor, and a function that returns the next event."
  (let [descriptor (assert (system.netlink KOBJECT-UEVENT 1))]
    {: descriptor
     :close #(system.close descriptor)
     :next #(device-event (assert (system.receive descriptor)))}))

{: addresses : changes : device-event : device-events : links}
