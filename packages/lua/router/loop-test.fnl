(import-macros {: expect : expect=} :router.test)
(local {: new : now} (require :router.loop))
(local system (require :router.system))

(let [loop (new)
      seen []
      (from to) (system.pipe)]
  (loop:on from #(do (table.insert seen (system.read $))
                     (loop:off from)
                     (loop:after 30 #(table.insert seen :late))))
  (loop:after 5 #(system.write to "bytes"))
  (loop:cancel (loop:after 1 #(table.insert seen :never)))
  (let [began (now)]
    (loop:run)
    (expect (<= 30 (- (now) began))))
  (expect= seen [:bytes :late])
  (var count 0)
  (loop:every 1 #(do (set count (+ count 1))
                     (when (= count 3) (loop:stop))))
  (loop:run)
  (expect= count 3))
