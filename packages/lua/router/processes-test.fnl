(import-macros {: expect : expect= : expect-error} :router.test)
(local processes (require :router.processes))
(local {: now} (require :router.loop))
(local system (require :router.system))

(let [done (processes.run ["sh" "-c" "read line; echo \"got $line\"; echo bad >&2; exit 3"] {:input "x y\n"})]
  (expect= [done.code done.out done.err] [3 "got x y\n" "bad\n"]))
;; More than a pipe holds, both ways at once.
(let [long (string.rep "0123456789" 20000)]
  (expect= (processes.check ["cat"] {:input long}) long))
;; It reads nothing of it.
(system.signals processes.signals.pipe)
(expect= (. (processes.run ["true"] {:input (string.rep "x" 200000)}) :code) 0)
(expect= (. (processes.run ["sh" "-c" "kill -USR1 $$"]) :signal) processes.signals.user1)
(expect= (processes.check ["/bin/sh" "-c" "echo \"$A-$HOME\""] {:environment {:A "1"}}) "1-\n")
(let [(done reason) (processes.run ["no-such-program"])]
  (expect= done nil)
  (expect (string.find reason "No such file")))
(let [(done reason) (system.become "no-such-user")]
  (expect= [done reason] [nil "no-such-user: No such file or directory"]))
(expect-error "exit code 4\nwhy" (processes.check ["sh" "-c" "echo why >&2; exit 4"]))
(let [began (now)
      done (processes.run ["sleep" "60"] {:limit-ms 50})]
  (expect done.timed-out)
  (expect (< (- (now) began) 5000)))
(let [done (processes.run ["sh" "-c" "while :; do echo xxxxxxxxxxxxxxxx; done"] {:most-bytes 100000})]
  (expect (< (length done.out) 200000)))
;; No descriptor is left over.
(let [before (length (system.names "/proc/self/fd"))]
  (for [_ 1 5]
    (processes.run ["true"])
    (processes.run ["no-such-program"]))
  (expect= (length (system.names "/proc/self/fd")) before))
