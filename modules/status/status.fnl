;; status PORT INTERFACE...: one page that shows how this device is. It needs nothing from elsewhere,
;; and runs nothing in a browser.

(local facts (require :router.facts))
(local files (require :router.files))
(local http (require :router.http))
(local netlink (require :router.netlink))
(local services (require :router.services))
(local system (require :router.system))
(local {: new} (require :router.loop))
(local {: escape-html : lines : printable} (require :router.text))

(local shown-lines 40)
(local most-log-bytes 65536)

(local style "
:root { color-scheme: light dark; }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 64rem; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .25rem; }
p { margin: .25rem 0; }
table { border-collapse: collapse; width: 100%; }
th { font-weight: 600; text-align: left; }
th, td { border-bottom: 1px solid #8884; overflow-wrap: anywhere; padding: .3rem .75rem .3rem 0; vertical-align: top; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.good::before, .bad::before { margin-right: .4rem; }
.good::before { color: #2a8a3e; content: '\\2713'; }
.bad::before { color: #c62828; content: '\\2717'; }
.notice { border-left: .3rem solid #c98a00; margin: 1rem 0; padding: .25rem .75rem; }
pre { font-size: .8rem; margin: 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  thead { display: none; }
  tr { border-bottom: 1px solid #8884; display: block; padding: .4rem 0; }
  td { border: 0; display: block; padding: .05rem 0; }
  td:empty { display: none; }
  td[data-label]::before { content: attr(data-label) ': '; opacity: .7; }
}
")

(fn duration [seconds]
  "Return a time in words: 59 s, 12 min, 3 h 5 min, 2 d 3 h."
  (let [seconds (math.floor seconds)
        minutes (// seconds 60)
        hours (// minutes 60)
        days (// hours 24)]
    (if (< seconds 60) (.. seconds " s")
        (< minutes 60) (.. minutes " min")
        (< hours 24) (.. hours " h " (% minutes 60) " min")
        (.. days " d " (% hours 24) " h"))))

(fn amount [bytes]
  "Return bytes in words: 512 B, 1.5 kB, 20 MB."
  (var (rest unit) (values bytes :B))
  (each [_ larger (ipairs [:kB :MB :GB :TB]) &until (< rest 1000)]
    (set (rest unit) (values (/ rest 1000) larger)))
  (if (or (= unit :B) (>= rest 10)) (string.format "%.0f %s" rest unit)
      (string.format "%.1f %s" rest unit)))

(fn cell [column value]
  "Return a field of a table: text, or {:text :class}."
  (let [{: text : class} (if (= (type value) :table) value {:text value})
        shown (escape-html (printable text))]
    (.. "<td data-label=\"" (escape-html column) "\">"
        (if class (.. "<span class=\"" class "\">" shown "</span>") shown) "</td>")))

(fn list [title columns rows]
  "Return a table; one without rows says so."
  (.. "<h2>" (escape-html title) "</h2>\n"
      (if (= (length rows) 0) "<p>none</p>\n"
          (.. "<table>\n<thead><tr>"
              (table.concat (icollect [_ column (ipairs columns)]
                              (.. "<th>" (escape-html column) "</th>")))
              "</tr></thead>\n<tbody>\n"
              (table.concat (icollect [_ row (ipairs rows)]
                              (.. "<tr>"
                                  (table.concat (fcollect [i 1 (length columns)]
                                                  (cell (. columns i) (. row i))))
                                  "</tr>\n")))
              "</tbody>\n</table>\n"))))

(fn why [service]
  "Return what there is to say of a service that is not, or not wholly, as it should be."
  (if (not= service.note "") service.note
      (and (not= service.state :ready) (> (length service.waits-for) 0))
      (.. "waits for " (table.concat service.waits-for ", "))
      ""))

(fn service-rows [found]
  (icollect [_ service (ipairs found)]
    [service.name
     {:text service.state :class (if (= service.state :ready) :good (not service.controlled) :bad)}
     {:text (duration (/ service.for-ms 1000)) :class :number}
     (why service)]))

(fn interface-rows [links addresses]
  (let [by-index {}]
    (each [_ address (ipairs addresses)]
      (when (not (. by-index address.index))
        (tset by-index address.index []))
      (when (not address.link-local)
        (table.insert (. by-index address.index) (.. address.address "/" address.prefix))))
    (icollect [_ link (ipairs links)]
      (when (not link.loopback)
        [link.name
         (if link.running {:text "connected" :class :good} {:text (if link.up "no carrier" "down")})
         (table.concat (or (. by-index link.index) []) " ")
         {:text (if link.counters (.. (amount link.counters.received-bytes) " in, "
                                      (amount link.counters.sent-bytes) " out") "")
          :class :number}]))))

(fn lease-rows [leases now]
  (icollect [_ lease (ipairs leases)]
    [(or lease.name "") lease.address lease.mac
     {:text (if (= lease.until 0) "for ever"
                (> lease.until now) (duration (- lease.until now))
                "over")
      :class :number}]))

(fn log-end [text]
  "Return the last lines of a log."
  (let [all (lines text)]
    (table.concat (icollect [i line (ipairs all)]
                    (when (> i (- (length all) shown-lines)) (printable line))) "\n")))

(fn on-trial? [?root]
  "Say whether this system is the one that an update tries: the links of lib/root/activate.sh."
  (let [running (files.target (.. (or ?root "") "/init"))
        confirmed (files.target (.. (or ?root "") "/activate"))]
    (and running confirmed (not= (string.match running "^(.*)/[^/]*$") (string.match confirmed "^(.*)/[^/]*$")))))

(fn page [found]
  "Return the page: {:hostname :version :uptime :load :memory :trial :now :services :links :addresses
:leases :log}."
  (let [memory found.memory
        name (escape-html (printable found.hostname))]
    (.. "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"refresh\" content=\"30\">\n"
        "<title>" name "</title>\n<style>" style "</style>\n</head>\n<body>\n<h1>" name "</h1>\n"
        "<p>" (escape-html (printable found.version)) ". Up for " (duration found.uptime)
        (case found.load [one] (string.format ", load %.2f" one) _ "")
        (if (and memory.MemAvailable memory.MemTotal)
            (.. ", " (amount memory.MemAvailable) " of " (amount memory.MemTotal) " of memory free") "")
        ".</p>\n"
        (if found.trial
            (.. "<p class=\"notice\">An update is on trial: until it is confirmed, the next boot is that of "
                "the system before.</p>\n")
            "")
        (list "Services" [:Service :State :Since :Note] (service-rows found.services))
        (list "Interfaces" [:Interface :Link :Addresses :Traffic] (interface-rows found.links found.addresses))
        (list "Leases" [:Name :Address :MAC "Ends in"] (lease-rows found.leases found.now))
        "<h2>End of the log</h2>\n<pre>" (escape-html (log-end found.log)) "</pre>\n</body>\n</html>\n")))

(fn tail [path bytes]
  "Return the end of a file."
  (case (io.open path :rb)
    file (let [size (file:seek :end)]
           (file:seek :set (math.max 0 (- size bytes)))
           (let [text (file:read :a)]
             (file:close)
             (or text "")))
    _ ""))

(fn look []
  "Return what there is to show."
  {:hostname (or (files.first-line "/etc/hostname") "router")
   :version (.. "Linux " (or (files.first-line "/proc/sys/kernel/osrelease") ""))
   :uptime (facts.uptime)
   :load (facts.load)
   :memory (facts.memory)
   :trial (on-trial?)
   :now (facts.now)
   :services (or (services.list) [])
   :links (netlink.links)
   :addresses (netlink.addresses)
   :leases (facts.leases)
   :log (tail "/run/log/current" most-log-bytes)})

(fn answer [{: path}]
  (when (= path "/")
    {:type "text/html; charset=utf-8"
     :headers {:Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
               :Cache-Control "no-store"
               :Referrer-Policy "no-referrer"
               :X-Content-Type-Options "nosniff"}
     :body (page (look))}))

(fn main [port ...]
  (let [loop (new)]
    (http.serve loop (http.listen (tonumber port) [...]) answer)
    (assert (system.become :status))
    (services.announce-ready)
    (loop:run)))

{: amount : answer : duration : log-end : main : on-trial? : page}
