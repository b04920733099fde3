(import-macros {: expect : expect=} :router.test)
(local files (require :router.files))
(local netlink (require :router.netlink))
(local {: split} (require :router.text))
(local metrics (require :metrics))

(expect= (metrics.sample :a {} 1) "a 1")
(expect= (metrics.sample :a {:x "b\"\\\n" :w "1"} 0.5) "a{w=\"1\",x=\"b\\\"\\\\\\n\"} 0.5")

(local root (os.tmpname))
(os.remove root)
(each [path text (pairs {"/proc/meminfo" "MemTotal: 1000 kB\nMemAvailable: 500 kB\n"
                         "/proc/loadavg" "0.5 0.25 0.125 1/2 3\n"
                         "/proc/uptime" "100.5 1\n"
                         "/proc/stat" "cpu 1 2 3 4 5 6 7 0\n"
                         "/proc/sys/net/netfilter/nf_conntrack_count" "3\n"
                         "/proc/sys/net/netfilter/nf_conntrack_max" "4096\n"
                         "/sys/class/thermal/thermal_zone0/temp" "45500\n"
                         "/sys/class/thermal/thermal_zone0/type" "cpu\n"})]
  (files.make-tree (string.match (.. root path) "^(.*)/"))
  (files.write (.. root path) text))

(local lines
       (split "\n" (metrics.page [{:name "eth0" :running true :carrier true
                                   :counters {:received-bytes 10 :sent-bytes 20 :received-packets 1
                                              :sent-packets 2 :received-errors 0 :sent-errors 0
                                              :received-dropped 0 :sent-dropped 0}}
                                  {:name "wg0" :running false}]
                                 [{:name "dns" :state :ready} {:name "wan" :state :blocked}]
                                 [{:service :dns :mac "52:54:00:00:01:05" :address "192.0.2.5" :name "a" :until 7}
                                  {:service :dns :mac "52:54:00:00:01:06" :address "192.0.2.6" :until 0}]
                                 root)))

(local seen {})
(each [_ line (ipairs lines)]
  (tset seen line true))
(each [_ line (ipairs ["node_memory_MemTotal_bytes 1024000" "node_memory_MemAvailable_bytes 512000" "node_load1 0.5"
                       "node_cpu_seconds_total{cpu=\"all\",mode=\"idle\"} 0.04"
                       "node_nf_conntrack_entries 3" "node_nf_conntrack_entries_limit 4096"
                       "node_thermal_zone_temp{type=\"cpu\",zone=\"0\"} 45.5"
                       "node_network_up{device=\"eth0\"} 1" "node_network_up{device=\"wg0\"} 0"
                       "node_network_carrier{device=\"eth0\"} 1"
                       "node_network_receive_bytes_total{device=\"eth0\"} 10"
                       "node_network_transmit_packets_total{device=\"eth0\"} 2"
                       "router_service_ready{name=\"dns\"} 1" "router_service_ready{name=\"wan\"} 0"
                       "router_service_state{name=\"wan\",state=\"blocked\"} 1"
                       "router_dhcp_leases{service=\"dns\"} 2"
                       "router_dhcp_lease_expires_seconds{address=\"192.0.2.5\",mac=\"52:54:00:00:01:05\",name=\"a\"} 7"
                       "# TYPE node_network_receive_bytes_total counter"])]
  (expect (or (. seen line) (error (.. line " is not in\n" (table.concat lines "\n"))))))
;; What is not there has no line, and no metric without samples.
(expect (not (. seen "node_network_carrier{device=\"wg0\"} 0")))
(expect (not (. seen "# TYPE node_memory_Slab_bytes gauge")))
;; Each metric stands once, its samples together, which the format asks for.
(let [names {}]
  (each [_ line (ipairs lines)]
    (case (string.match line "^# TYPE (%S+)")
      name (do (expect (not (. names name)))
               (tset names name true)))))
(files.remove-tree root)

;; The machine that builds has these, too.
(let [{: body : type} (metrics.answer {:path "/metrics"})]
  (expect (string.find body "node_network_up{device=\"lo\"}" 1 true))
  (expect= type "text/plain; version=0.0.4; charset=utf-8"))
(expect= (metrics.answer {:path "/other"}) nil)
