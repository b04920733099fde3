;; What there is to know of this device: memory, load, temperatures, connections, leases. `?root` is
;; before each path, for tests.

(local files (require :router.files))
(local system (require :router.system))
(local {: words : starts-with?} (require :router.text))

(fn read [?root path]
  (or (files.read (.. (or ?root "") path)) ""))

(fn number-in [?root path]
  (tonumber (or (string.match (read ?root path) "^%s*(-?%d+)%s*$") "none")))

(fn memory [?root]
  "Return bytes by the names of /proc/meminfo: MemTotal, MemFree, MemAvailable..."
  (let [found {}]
    (each [name kilobytes (string.gmatch (read ?root "/proc/meminfo") "([%w()_]+):%s+(%d+) kB")]
      (tset found name (* (tonumber kilobytes) 1024)))
    found))

(fn load [?root]
  "Return the load of 1, 5 and 15 minutes."
  (icollect [_ word (ipairs (words (read ?root "/proc/loadavg")))]
    (tonumber word)))

(fn uptime [?root]
  "Return the seconds since the boot."
  (or (tonumber (. (words (read ?root "/proc/uptime")) 1)) 0))

(fn processor [?root]
  "Return the seconds that all processors spent, by what on."
  (case (words (or (string.match (read ?root "/proc/stat") "^cpu ([^\n]*)") ""))
    [user nice system* idle iowait irq softirq & _]
    (collect [name ticks (pairs {: user : nice :system system* : idle : iowait : irq : softirq})]
      ;; USER_HZ is 100 on every architecture.
      name (/ (tonumber ticks) 100))
    _ {}))

(fn connections [?root]
  "Return the connections that the kernel keeps, and how many it may; nil if it keeps none."
  (let [folder "/proc/sys/net/netfilter/nf_conntrack_"]
    (values (number-in ?root (.. folder "count")) (number-in ?root (.. folder "max")))))

(fn temperatures [?root]
  "Return the temperature of each sensor in degrees Celsius: {:zone :type :degrees}."
  (let [folder "/sys/class/thermal/"
        found []]
    (each [_ zone (ipairs (files.names (.. (or ?root "") folder)))]
      (when (starts-with? zone "thermal_zone")
        (let [of (.. folder zone "/")]
          (case (number-in ?root (.. of "temp"))
            thousandths (table.insert found {: zone
                                             :type (or (string.match (read ?root (.. of "type")) "[^\n]+") zone)
                                             :degrees (/ thousandths 1000)})))))
    found))

(fn lease [line]
  "Read a line of dnsmasq's file of leases."
  (case (string.match line "^(%d+) (%S+) (%S+) (%S+)")
    (until* mac address name) {:until (tonumber until*)
                               : mac
                               : address
                               :name (when (not= name "*") name)}))

(fn leases [?root]
  "Return the leases that this device has given: {:service :until :mac :address :name}, sorted by
address. `until` is Unix time; 0 has no end."
  (let [folder "/run/services/state/"
        found []]
    (each [_ service (ipairs (files.names (.. (or ?root "") folder)))]
      (each [line (string.gmatch (read ?root (.. folder service "/leases")) "[^\n]+")]
        (case (lease line)
          one (do (set one.service service)
                  (table.insert found one)))))
    (table.sort found #(< $1.address $2.address))
    found))

(fn now []
  "Return the Unix time in seconds."
  (pick-values 1 (system.clock :real)))

{: connections : lease : leases : load : memory : now : processor : temperatures : uptime}
