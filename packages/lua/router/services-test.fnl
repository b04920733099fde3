(import-macros {: expect=} :router.test)
(local {: list : state-of} (require :router.services))
(local system (require :router.system))

(expect= (state-of "row\tdns\tlongrun\twanted\tready\t1200\t\t")
         {:name :dns :type :longrun :state :ready :controlled false :for-ms 1200 :waits-for [] :note ""})
(expect= (state-of "row\twan\toneshot\tcontrolled\tblocked\t0\tlan,dns\tblocked by lan")
         {:name :wan :type :oneshot :state :blocked :controlled true :for-ms 0 :waits-for [:lan :dns]
          :note "blocked by lan"})
(expect= (state-of "end 0") nil)
(system.set_environment :SERVICES_DIRECTORY "/nonexistent")
(expect= [(list)] [nil "/nonexistent/control: No such file or directory"])
