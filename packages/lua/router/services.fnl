;; The services of this device, as serviced knows them: what `services` prints.

(local system (require :router.system))
(local {: split} (require :router.text))

(fn state-of [line]
  "Read a row: name, type, kind, state, milliseconds since it is so, waits and note."
  (case (split "\t" line)
    [:row name type kind state since waits ?note]
    {: name
     : type
     : state
     :controlled (= kind :controlled)
     :for-ms (tonumber since)
     :waits-for (if (= waits "") [] (split "," waits))
     :note (or ?note "")}))

(fn answer-of [request]
  (case-try (system.connect (.. (or (os.getenv :SERVICES_DIRECTORY) "/run/services") "/control"))
    socket (do
             (system.send socket request)
             (let [pieces []]
               (var bytes (system.receive socket))
               (while (and bytes (not= bytes ""))
                 (table.insert pieces bytes)
                 (set bytes (system.receive socket)))
               (system.close socket)
               (table.concat pieces)))))

(fn list []
  "Return every service, in order; nil and the reason if serviced does not answer."
  (case (answer-of "list 5000\n")
    text (let [found []]
           (each [line (string.gmatch text "([^\n]*)\n")]
             (case (state-of line)
               state (table.insert found state)))
           found)
    (_ reason) (values nil reason)))

{: list : state-of}
