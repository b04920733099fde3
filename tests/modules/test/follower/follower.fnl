;; follower SERVICE KEY FILE: appends a line for each value that an output takes, with the time.

(local outputs (require :router.outputs))
(local {: new : now} (require :router.loop))
(local services (require :router.services))

(fn line [moment value]
  "Return what is written of a value: milliseconds since the boot, and `-` where there is none."
  (.. moment " " (or value "-") "\n"))

(fn main [service key path]
  (let [follower (outputs.follow service)
        loop (new)
        file (assert (io.open path :a))]
    (var before nil)

    (fn look [first]
      (let [value (follower:value key)]
        (when (or first (not= value before))
          (set before value)
          (file:write (line (now) value))
          (file:flush))))

    (look true)
    (loop:on follower.descriptor #(when (follower:changed?) (look)))
    (services.announce-ready)
    (loop:run)))

{: line : main}
