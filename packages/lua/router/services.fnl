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
  "Return what serviced says, or nil and the reason."
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

(fn announce [name]
  "Tell who observes a service that its outputs changed. Only root may."
  (answer-of (.. "announce 0 " name "\n")))

(fn announce-ready []
  "Say that the service whose body has `notifies = true`, and runs this program, is ready."
  (system.write 3 "\n")
  (system.close 3))

{: announce : announce-ready : list : state-of}
