;; What services publish while they are up, and when it changes. It is read as it is, and told by inotify.

(local system (require :router.system))
(local files (require :router.files))
(local services (require :router.services))
(local {: join} (require :router.paths))
(local {: now} (require :router.loop))

(fn folder []
  (.. (or (os.getenv :SERVICES_DIRECTORY) "/run/services") "/outputs"))

(fn value [name key]
  "Return an output of a service, without the end of its line; nil if there is none."
  (case (files.read (join (folder) (.. name "/" key)))
    ;; A file without even the end of a line is about to be written for the first time.
    (where text (not= text "")) (pick-values 1 (string.gsub text "\n+$" ""))))

(fn ready? [name]
  "Say whether a service is up and has published all that it does at its start."
  (files.exists? (join (folder) (.. name "/state"))))

(fn keys [name]
  "Return what a service publishes now; what lies in a folder has its path."
  (let [found []]
    (fn add [path prefix]
      (each [_ key (ipairs (files.names path))]
        (let [below (.. path "/" key)]
          (if (string.match key "^%.") nil
              (files.directory? below) (add below (.. prefix key "/"))
              (table.insert found (.. prefix key))))))
    (add (join (folder) name) "")
    found))

(fn all [name]
  "Return all that a service publishes now, by key."
  (collect [_ key (ipairs (keys name))]
    key (value name key)))

(fn watch-tree [follower path]
  (case (system.watch follower.descriptor path)
    watch (do (tset follower.watches watch path)
              (each [_ key (ipairs (files.names path))]
                (let [below (.. path "/" key)]
                  (when (files.directory? below)
                    (watch-tree follower below)))))))

(fn watch-again [follower]
  "Watch the service's folder, if it is there and is another one than before."
  (let [path (join (folder) follower.name)
        status (files.status path)
        identity (when status (.. status.device ":" status.inode))]
    (when (not= identity follower.identity)
      (set follower.identity identity)
      (when identity (watch-tree follower path)))))

(fn next-changes [follower]
  "Take what inotify has to tell; say whether it is about the service. A folder that is made anew
is watched from then on: what is in it already counts as changed."
  (var changed false)
  (var more true)
  (while more
    (let [found (assert (system.changes follower.descriptor))]
      (set more (> (length found) 0))
      (each [_ change (ipairs found)]
        (let [path (. follower.watches change.watch)]
          (if (= change.kind :overflow)
              (do (set follower.identity nil)
                  (set changed true))
              (= change.kind :ignored) (tset follower.watches change.watch nil)
              (= path follower.above) (when (= change.name follower.name) (set changed true))
              (= path nil) nil
              ;; A value is written beside its place, and then renamed.
              (not (string.match change.name "^%.")) (set changed true))
          (when (and path (= change.kind :made) (not= path follower.above))
            (let [below (.. path "/" change.name)]
              (when (files.directory? below)
                (watch-tree follower below))))))))
  (watch-again follower)
  changed)

(fn follow [name]
  "Return a follower of a service, which need not be there: its `descriptor` can be read when something
changes. `changed?` takes the changes and says whether there were any, `value` and `ready?` look."
  (let [descriptor (assert (system.inotify))
        above (folder)
        follower {: descriptor : above : name :watches {}}]
    (tset follower.watches (assert (system.watch descriptor above)) above)
    (watch-again follower)
    (set follower.changed? next-changes)
    (set follower.value #(value name $2))
    (set follower.ready? #(ready? name))
    (set follower.close #(system.close descriptor))
    follower))

(fn wait [name key ?limit-ms]
  "Wait until a service publishes an output; return it, or nil if the limit is over first."
  (let [follower (follow name)
        limit (when ?limit-ms (+ (now) ?limit-ms))]
    (var found (value name key))
    (while (and (= found nil) (or (not limit) (< (now) limit)))
      (system.poll {follower.descriptor :read} (when limit (math.max 0 (- limit (now)))))
      (follower:changed?)
      (set found (value name key)))
    (follower.close)
    found))

(fn names []
  "Return the services that are up or publish something."
  (files.names (folder)))

(fn put [key text]
  "Set an output of the service that runs this program. Who observes the service is told, if it was another."
  (let [name (assert (os.getenv :SERVICE) "no service runs this program")]
    (when (not= (value name key) text)
      (assert (files.write (join (folder) (.. name "/" key)) (.. text "\n")))
      (services.announce name))))

{: all : follow : keys : names : put : ready? : value : wait}
