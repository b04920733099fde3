;; TAI64N, the time that s6-log and its like write: a count of seconds that knows of leap seconds.

;; Unix time of each leap second's end (IERS Bulletin C), after the ten of 1972.
(local leap-seconds
       [78796800 94694400 126230400 157766400 189302400 220924800 252460800 283996800 315532800
        362793600 394329600 425865600 489024000 567993600 631152000 662688000 709948800 741484800
        773020800 820454400 867715200 915148800 1136073600 1230768000 1341100800 1435708800 1483228800])

(fn offset [unix]
  "Return what TAI is ahead of a Unix time, in seconds."
  (accumulate [seconds 10 _ from (ipairs leap-seconds) &until (< unix from)]
    (+ seconds 1)))

(fn from-unix [seconds ?nanoseconds]
  "Return the label of a Unix time: @ and 24 digits of base 16."
  (string.format "@%016x%08x" (+ 0x4000000000000000 seconds (offset seconds)) (or ?nanoseconds 0)))

(fn to-unix [label]
  "Return the seconds and nanoseconds of a label; nil if it is none."
  (case (string.match label "^@(%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x)(%x%x%x%x%x%x%x%x)$")
    (where (high low) (string.match high "^[4-7]"))
    (let [tai (- (tonumber high 16) 0x4000000000000000)
          ;; A second inside a leap is one that Unix time counts twice.
          guess (- tai (offset tai))]
      (values (- tai (offset guess)) (tonumber low 16)))))

{: from-unix : to-unix}
