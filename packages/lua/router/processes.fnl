;; Programs: run one with a limit, talk to it, and know how it ended.

(local system (require :router.system))
(local {: now} (require :router.loop))

(local signals system.signal_number)

(fn environment-of [changes]
  "Return the list of NAME=VALUE of a table."
  (icollect [name value (pairs changes)]
    (.. name "=" value)))

(fn start [words ?streams ?environment]
  "Start a program: `words` are its name and arguments, `?streams` the descriptors of 0, 1 and 2, and
`?environment` all that it has of one. Return its number, or nil and the reason."
  (system.start words ?streams (when ?environment (environment-of ?environment))))

(fn take [ends name]
  (case (. ends name)
    descriptor (do (system.close descriptor)
                   (tset ends name nil))))

(fn feed [ends input]
  "Give the program what it reads, as much as it takes; return the rest."
  (if (= input "")
      (do (take ends :input)
          "")
      (case (system.write ends.input (string.sub input 1 4096))
        count (string.sub input (+ count 1))
        ;; It reads no more.
        _ (do (take ends :input)
              ""))))

(fn ended [child kind number more]
  "Return what is known of a program that has ended."
  {:code (when (= kind :exit) number)
   :signal (when (= kind :signal) number)
   :out (table.concat more.out)
   :err (table.concat more.err)
   :timed-out more.timed-out
   :process child})

(fn talk [child ends options]
  "Move bytes until the program closes its streams, or the limit is over."
  (let [more {:out [] :err [] :size 0}
        limit (when options.limit-ms (+ (now) options.limit-ms))]
    (var input (or options.input ""))
    (while (or ends.out ends.err)
      (let [wanted {}
            left (when limit (math.max 0 (- limit (now))))]
        (when ends.input (tset wanted ends.input :write))
        (when ends.out (tset wanted ends.out :read))
        (when ends.err (tset wanted ends.err :read))
        (let [ready (assert (system.poll wanted left))]
          (when (and ends.input (. ready ends.input))
            (set input (feed ends input)))
          (each [_ name (ipairs [:out :err])]
            (when (and (. ends name) (. ready (. ends name)))
              (let [bytes (or (system.read (. ends name)) "")]
                (set more.size (+ more.size (length bytes)))
                (table.insert (. more name) bytes)
                (when (or (= bytes "") (> more.size (or options.most-bytes 1048576)))
                  (take ends name)))))
          (when (and limit (>= (now) limit))
            (set more.timed-out true)
            (system.kill child signals.kill)
            (take ends :out)
            (take ends :err)))))
    more))

(fn run [words ?options]
  "Run a program to its end; return {:code :signal :out :err :timed-out}, or nil and the reason if there
is none. Options: :input, its standard input; :environment, all of it; :limit-ms, after which it is killed;
:most-bytes, beyond which no more is read of what it writes (1 MiB)."
  (let [options (or ?options {})
        (their-input input) (system.pipe)
        (out their-out) (system.pipe)
        (err their-err) (system.pipe)
        (child reason code) (start words {0 their-input 1 their-out 2 their-err} options.environment)
        ends {: input : out : err}]
    (each [_ descriptor (ipairs [their-input their-out their-err])]
      (system.close descriptor))
    (let [result (when child
                   (let [more (talk child ends options)]
                     (take ends :input)
                     (let [(kind number) (system.wait child)]
                       (ended child kind number more))))]
      (each [_ name (ipairs [:input :out :err])]
        (take ends name))
      (if result result (values nil reason code)))))

(fn check [words ?options]
  "Run a program; return what it wrote. That it fails is an error, with what it said."
  (case (run words ?options)
    {:code 0 : out} out
    {: err :code ?code :signal ?signal :timed-out ?timed-out}
    (error (.. (table.concat words " ") ": " (if ?timed-out "no end within the limit"
                                                 ?code (.. "exit code " ?code)
                                                 (.. "signal " ?signal)) "\n" err) 2)
    (_ reason) (error reason 2)))

{: check : run : signals : start :kill system.kill :wait system.wait}
