(import-macros {: expect : expect=} :router.test)
(local facts (require :router.facts))
(local files (require :router.files))
(local {: folder-of} (require :router.paths))

(local root (os.tmpname))
(os.remove root)
(fn have [path text]
  (files.make-tree (folder-of (.. root path)))
  (files.write (.. root path) text))

;; A device on which nothing of this is there.
(expect= (facts.memory root) {})
(expect= (facts.load root) [])
(expect= (facts.uptime root) 0)
(expect= (facts.processor root) {})
(expect= [(facts.connections root)] [])
(expect= (facts.temperatures root) [])
(expect= (facts.leases root) [])

(have "/proc/meminfo" (.. "MemTotal:         124000 kB\nMemAvailable:      90000 kB\nActive(anon):  12 kB\n"
                          "HugePages_Total:       0\n"))
(expect= (facts.memory root) {:MemTotal 126976000 :MemAvailable 92160000 "Active(anon)" 12288})
(have "/proc/loadavg" "0.50 0.25 0.10 1/60 1234\n")
(expect= [(table.unpack (facts.load root) 1 3)] [0.5 0.25 0.1])
(have "/proc/uptime" "61.25 100.00\n")
(expect= (facts.uptime root) 61.25)
(have "/proc/stat" "cpu  100 0 250 1000 5 0 7 0 0 0\ncpu0 100 0 250 1000 5 0 7 0 0 0\n")
(let [spent (facts.processor root)]
  (expect= [spent.user spent.system spent.idle spent.softirq] [1.0 2.5 10.0 0.07]))
(have "/proc/sys/net/netfilter/nf_conntrack_count" "17\n")
(have "/proc/sys/net/netfilter/nf_conntrack_max" "4096\n")
(expect= [(facts.connections root)] [17 4096])
(have "/sys/class/thermal/thermal_zone0/temp" "45500\n")
(have "/sys/class/thermal/thermal_zone0/type" "cpu-thermal\n")
(have "/sys/class/thermal/cooling_device0/type" "fan\n")
(expect= (facts.temperatures root) [{:zone "thermal_zone0" :type "cpu-thermal" :degrees 45.5}])
(have "/run/services/state/dns/leases"
      (.. "1764500000 52:54:00:00:01:05 192.168.19.105 laptop 01:52:54:00:00:01:05\n"
          "0 52:54:00:00:01:01 192.168.19.100 * *\nduid 00:01:00:01\n"))
(expect= (facts.leases root)
         [{:service :dns :until 0 :mac "52:54:00:00:01:01" :address "192.168.19.100"}
          {:service :dns :until 1764500000 :mac "52:54:00:00:01:05" :address "192.168.19.105" :name :laptop}])
(expect (> (facts.now) 1700000000))
(files.remove-tree root)
