;; Files and folders. What cannot be done returns nil and the reason, unless it says otherwise.

(local system (require :router.system))
(local {: base-name : folder-of} (require :router.paths))

(fn read [path]
  "Return the content of a file."
  (case (io.open path :rb)
    file (let [(text reason) (file:read :a)]
           (file:close)
           (values text reason))
    (_ reason) (values nil reason)))

(fn first-line [path]
  "Return the first line of a file, without its end."
  (case (io.open path :rb)
    file (let [(text reason) (file:read :l)]
           (file:close)
           (values text reason))
    (_ reason) (values nil reason)))

(fn write [path text]
  "Write a file whole: whoever reads it meanwhile sees the old content or the new one."
  (let [staged (.. (folder-of path) "/." (base-name path) "." (system.process_id))]
    (case-try (io.open staged :wb)
      file (let [(written reason) (file:write text)
                 (closed why) (file:close)]
             (values (and written closed) (or reason why)))
      true (os.rename staged path)
      true true
      (catch (_ reason) (do (os.remove staged)
                            (values nil reason))))))

(fn type-of [path]
  "Return :file, :directory, :link, :socket...; nil if there is nothing of this name."
  (case (system.status path)
    found found.type))

(fn exists? [path]
  "Say whether there is anything of this name, also a link that leads nowhere."
  (not= (type-of path) nil))

(fn directory? [path]
  "Say whether it is a folder itself, and no link to one."
  (= (type-of path) :directory))

(fn names [path]
  "Return what is in a folder, in order; of one that is not there, nothing."
  (or (system.names path) []))

(fn make-tree [path ?mode]
  "Make a folder, and those above it."
  (if (or (= path "") (directory? path)) true
      (case-try (make-tree (folder-of path) ?mode)
        true (system.make_folder path (or ?mode 493))
        true true
        ;; Somebody else was faster, or it is a link to a folder.
        (catch (_ reason code) (if (system.names path) true
                                   (values nil reason code))))))

(fn remove-tree [path]
  "Remove a file or a folder with all that is in it; links are not followed. It may be absent."
  (case (type-of path)
    nil true
    :directory (do (each [_ name (ipairs (names path))]
                     (remove-tree (.. path "/" name)))
                   (system.remove_folder path))
    (where (or :file :link :fifo :socket)) (os.remove path)
    other (values nil (.. path " is a " other))))

(fn find-executable [name]
  "Return the path of a program, found by PATH."
  (accumulate [found nil folder (string.gmatch (or (os.getenv :PATH) "") "[^:]+") &until found]
    (let [path (.. folder "/" name)
          real (system.real path)
          status (and real (system.status real))]
      (when (and status (= status.type :file) (not= (band status.mode 73) 0))
        path))))

{: directory?
 : exists?
 : find-executable
 : first-line
 : make-tree
 : names
 : read
 : remove-tree
 : type-of
 : write
 :link system.link
 :real system.real
 :space system.space
 :status system.status
 :target system.target}
