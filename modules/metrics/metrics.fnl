;; metrics PORT INTERFACE...: measurements of this device over HTTP, as Prometheus reads them
;; (its exposition format, version 0.0.4). Names are those of its node exporter where that has one.

(local facts (require :router.facts))
(local http (require :router.http))
(local netlink (require :router.netlink))
(local services (require :router.services))
(local system (require :router.system))
(local {: new} (require :router.loop))
(local {: sorted-keys} (require :router.tables))

(fn escaped [text]
  "Return a text as it stands between the quotes of a label."
  (pick-values 1 (string.gsub text "[\\\"\n]" {"\\" "\\\\" "\"" "\\\"" "\n" "\\n"})))

(fn number [value]
  (if (= (math.type value) :integer) (tostring value) (string.format "%.10g" value)))

(fn sample [name labels value]
  "Return a line: NAME{LABEL=\"...\"} VALUE."
  (let [pairs (icollect [_ key (ipairs (sorted-keys labels))]
                (.. key "=\"" (escaped (. labels key)) "\""))]
    (.. name (if (= (length pairs) 0) "" (.. "{" (table.concat pairs ",") "}")) " " (number value))))

(fn family [lines name kind help samples]
  "Append a metric with its samples, lists of labels and value. Without samples there is none."
  (when (> (length samples) 0)
    (table.insert lines (.. "# HELP " name " " help))
    (table.insert lines (.. "# TYPE " name " " kind))
    (each [_ [labels value] (ipairs samples)]
      (table.insert lines (sample name labels value)))))

(local counters [[:receive_bytes :received-bytes "Bytes received."]
                 [:transmit_bytes :sent-bytes "Bytes sent."]
                 [:receive_packets :received-packets "Packets received."]
                 [:transmit_packets :sent-packets "Packets sent."]
                 [:receive_errs :received-errors "Packets received with errors."]
                 [:transmit_errs :sent-errors "Packets not sent because of errors."]
                 [:receive_drop :received-dropped "Packets received and dropped."]
                 [:transmit_drop :sent-dropped "Packets dropped instead of sent."]])

(fn interfaces [lines links]
  (fn each-link [value-of]
    (icollect [_ link (ipairs links)]
      (case (value-of link)
        value [{:device link.name} value])))

  (family lines :node_network_up :gauge "Whether packets can go through the interface."
          (each-link #(if $.running 1 0)))
  (family lines :node_network_carrier :gauge "Whether the interface has a carrier."
          (each-link #(case $.carrier true 1 false 0)))
  (each [_ [name key help] (ipairs counters)]
    (family lines (.. "node_network_" name "_total") :counter help
            (each-link #(?. $ :counters key)))))

(fn states [lines rows]
  (family lines :router_service_ready :gauge "Whether the service is ready."
          (icollect [_ row (ipairs rows)]
            [{:name row.name} (if (= row.state :ready) 1 0)]))
  (family lines :router_service_state :gauge "The state that the service is in."
          (icollect [_ row (ipairs rows)]
            [{:name row.name :state row.state} 1])))

(fn leases [lines found]
  (let [counts {}]
    (each [_ lease (ipairs found)]
      (tset counts lease.service (+ (or (. counts lease.service) 0) 1)))
    (family lines :router_dhcp_leases :gauge "Leases that the service has given."
            (icollect [_ service (ipairs (sorted-keys counts))]
              [{: service} (. counts service)]))
    (family lines :router_dhcp_lease_expires_seconds :gauge "When the lease ends, in Unix time; 0 if never."
            (icollect [_ lease (ipairs found)]
              [{:address lease.address :mac lease.mac :name (or lease.name "")} lease.until]))))

(fn machine [lines ?root]
  (let [memory (facts.memory ?root)
        spent (facts.processor ?root)
        [one five fifteen] (facts.load ?root)
        (count most) (facts.connections ?root)]
    (each [_ key (ipairs [:MemTotal :MemFree :MemAvailable :Buffers :Cached :Slab])]
      (family lines (.. "node_memory_" key "_bytes") :gauge (.. key " of /proc/meminfo.")
              [(case (. memory key) bytes [{} bytes])]))
    (family lines :node_cpu_seconds_total :counter "Seconds that all processors spent."
            (icollect [_ mode (ipairs (sorted-keys spent))]
              [{:cpu :all : mode} (. spent mode)]))
    (each [_ [name value] (ipairs [[:node_load1 one] [:node_load5 five] [:node_load15 fifteen]])]
      (family lines name :gauge "Load average." [[{} value]]))
    (when (and count most)
      (family lines :node_nf_conntrack_entries :gauge "Connections that the kernel keeps." [[{} count]])
      (family lines :node_nf_conntrack_entries_limit :gauge "Connections that it may keep." [[{} most]]))
    (family lines :node_thermal_zone_temp :gauge "Temperature in degrees Celsius."
            (icollect [_ {: zone : type : degrees} (ipairs (facts.temperatures ?root))]
              [{: type :zone (or (string.match zone "%d+$") zone)} degrees]))
    (family lines :node_boot_time_seconds :gauge "When the device started, in Unix time."
            [[{} (math.floor (- (facts.now) (facts.uptime ?root)))]])))

(fn page [links rows found ?root]
  "Return all measurements."
  (let [lines []]
    (machine lines ?root)
    (interfaces lines links)
    (states lines rows)
    (leases lines found)
    (.. (table.concat lines "\n") "\n")))

(fn answer [{: path}]
  (case path
    "/metrics" {:type "text/plain; version=0.0.4; charset=utf-8"
                :body (page (netlink.links) (or (services.list) []) (facts.leases))}
    "/" {:body "Measurements are at /metrics\n"}))

(fn main [port ...]
  (let [loop (new)]
    (http.serve loop (http.listen (tonumber port) [...]) answer)
    (assert (system.become :metrics))
    (services.announce-ready)
    (loop:run)))

{: answer : main : page : sample}
