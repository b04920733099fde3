(import-macros {: expect : expect=} :router.test)
(local files (require :router.files))
(local status (require :status))

(each [seconds text (pairs {0 "0 s" 59.9 "59 s" 60 "1 min" 3599 "59 min" 11100 "3 h 5 min" 183600 "2 d 3 h"})]
  (expect= (status.duration seconds) text))
(each [bytes text (pairs {0 "0 B" 999 "999 B" 1500 "1.5 kB" 20000000 "20 MB" 3200000000000000 "3200 TB"})]
  (expect= (status.amount bytes) text))

(local found {:hostname "my<router>"
              :version "Linux 6.12.1"
              :uptime 100
              :load [0.5 0.2 0.1]
              :memory {:MemTotal 128000000 :MemAvailable 64000000}
              :now 1000
              :services [{:name "dns" :state :ready :for-ms 60000 :waits-for [] :note "" :controlled false}
                         {:name "wan" :state :blocked :for-ms 0 :waits-for ["wan.daemon"] :note "" :controlled true}
                         {:name "web" :state :failed :for-ms 0 :waits-for [] :note "exit code 1" :controlled false}]
              :links [{:name "lo" :loopback true :index 1}
                      {:name "eth0" :index 2 :up true :running true
                       :counters {:received-bytes 1500 :sent-bytes 20}}
                      {:name "eth1" :index 3 :up true :running false}]
              :addresses [{:index 2 :address "192.0.2.1" :prefix 24}
                          {:index 2 :address "fe80::1" :prefix 64 :link-local true}]
              :leases [{:name "<b>evil</b>" :address "192.0.2.5" :mac "52:54:00:00:01:05" :until 1060}
                       {:address "192.0.2.6" :mac "52:54:00:00:01:06" :until 0}]
              :log "old\nnew <script>alert(1)</script>\27[31m\n"})
(local page (status.page found))

(fn has [text]
  (expect (or (string.find page text 1 true) (error (.. text " is not in\n" page)))))

(has "<title>my&lt;router&gt;</title>")
(has "Linux 6.12.1. Up for 1 min, load 0.50, 64 MB of 128 MB of memory free.")
(has "<td data-label=\"State\"><span class=\"good\">ready</span></td>")
(has "<td data-label=\"Since\"><span class=\"number\">1 min</span></td>")
(has "<td data-label=\"State\">blocked</td>")
(has "waits for wan.daemon")
(has "<td data-label=\"State\"><span class=\"bad\">failed</span></td>")
(has "exit code 1")
(has "<td data-label=\"Addresses\">192.0.2.1/24</td>")
(has "1.5 kB in, 20 B out")
(has "no carrier")
(has "for ever")
;; What a host on the network calls itself, and what the log says, is text.
(has "&lt;b&gt;evil&lt;/b&gt;")
(has "new &lt;script&gt;alert(1)&lt;/script&gt;?[31m")
(expect (not (string.find page "<script" 1 true)))
(expect (not (string.find page "fe80" 1 true)))
(expect (not (string.find page "on trial" 1 true)))
;; Nothing is asked for from elsewhere.
(expect (not (string.find page "https?://")))
(set found.trial true)
(expect (string.find (status.page found) "An update is on trial" 1 true))

(expect= (status.log-end (string.rep "line\n" 100)) (string.rep "line" 40 "\n"))
(expect= (status.answer {:path "/etc/passwd"}) nil)
(expect (string.find (. (status.answer {:path "/"}) :body) "<h2>Interfaces</h2>" 1 true))

(local root (os.tmpname))
(os.remove root)
(files.make-tree root)
(expect (not (status.on-trial? root)))
(files.link "/nix/store/a-system/init" (.. root "/init"))
(files.link "/nix/store/a-system/activate" (.. root "/activate"))
(expect (not (status.on-trial? root)))
(os.remove (.. root "/init"))
(files.link "/nix/store/b-system/init" (.. root "/init"))
(expect (status.on-trial? root))
(files.remove-tree root)
