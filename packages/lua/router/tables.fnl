;; Tables: copies, merges, and what lies deep in one.

(fn put [table ...]
  "Set several keys, given as KEY VALUE KEY VALUE; return the table."
  (for [i 1 (select "#" ...) 2]
    (let [(key value) (select i ...)]
      (tset table key value)))
  table)

(fn merge [table ...]
  "Copy the pairs of each further table into the first; return it."
  (each [_ other (ipairs [...])]
    (each [key value (pairs other)]
      (tset table key value)))
  table)

(fn copy [table]
  "Return a shallow copy."
  (merge {} table))

(fn same? [one other]
  "Say whether two values are equal, tables by what they hold."
  (if (= one other) true
      (not (and (= (type one) :table) (= (type other) :table))) false
      (accumulate [same true key value (pairs one) &until (not same)]
        (same? value (. other key)))
      (accumulate [same true key _ (pairs other) &until (not same)]
        (not= (. one key) nil))
      false))

(fn dig [table ...]
  "Return what lies below keys, one after the other; nil if one of them is not there."
  (accumulate [found table _ key (ipairs [...]) &until (= found nil)]
    (when (= (type found) :table) (. found key))))

(fn sorted-keys [of]
  "Return the keys, in order."
  (let [keys (icollect [key (pairs of)] key)]
    (table.sort keys)
    keys))

{: copy : dig : merge : put : same? : sorted-keys}
