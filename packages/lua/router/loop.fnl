;; One loop for what a program waits for: descriptors, and points in time.

(local system (require :router.system))

(fn now []
  "Return the milliseconds since some point that does not move with the clock."
  (let [(seconds nanoseconds) (system.clock :boot)]
    (+ (* seconds 1000) (// nanoseconds 1000000))))

(fn on [loop descriptor handler ?direction]
  "Call a function whenever a descriptor can be read, or with :write written."
  (tset loop.handlers descriptor handler)
  (tset loop.wanted descriptor (or ?direction :read)))

(fn off [loop descriptor]
  "Forget a descriptor."
  (tset loop.handlers descriptor nil)
  (tset loop.wanted descriptor nil))

(fn after [loop milliseconds handler]
  "Call a function once, later; the result is for `cancel`."
  (let [timer {:at (+ (now) milliseconds) : handler}]
    (tset loop.timers timer true)
    timer))

(fn cancel [loop timer]
  "Forget what `after` was to call."
  (tset loop.timers timer nil))

(fn every [loop milliseconds handler]
  "Call a function now, and again after each pause."
  (handler)
  (after loop milliseconds #(every loop milliseconds handler)))

(fn stop [loop]
  "Have `run` return after the handler that calls this."
  (set loop.running false))

(fn next-limit [loop]
  (let [first (accumulate [first nil timer (pairs loop.timers)]
                (if (and first (<= first timer.at)) first timer.at))]
    (when first (math.max 0 (- first (now))))))

(fn call-due [loop]
  (let [moment (now)
        due (icollect [timer (pairs loop.timers)]
              (when (<= timer.at moment) timer))]
    (table.sort due #(< $1.at $2.at))
    (each [_ timer (ipairs due)]
      (when (. loop.timers timer)
        (tset loop.timers timer nil)
        (timer.handler)))))

(fn run [loop]
  "Run until `stop`, or until there is nothing to wait for."
  (set loop.running true)
  (while (and loop.running (or (next loop.wanted) (next loop.timers)))
    (let [ready (assert (system.poll loop.wanted (next-limit loop)))]
      (each [descriptor _ (pairs ready)]
        (case (. loop.handlers descriptor)
          handler (handler descriptor)))
      (call-due loop))))

(fn new []
  "Return a loop, whose functions stand below."
  {:handlers {} :timers {} :wanted {} : after : cancel : every : off : on : run : stop})

{: new : now}
