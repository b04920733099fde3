;; Names of files.

(fn base-name [path]
  "Return the last part of a path, as basename(1) does."
  (if (string.match path "^/+$") "/"
      (or (string.match path "([^/]+)/*$") "")))

(fn folder-of [path]
  "Return what is before the last part, as dirname(1) does."
  (let [path (or (string.match path "^(.-)/*$") path)
        folder (string.match path "^(.*)/[^/]*$")]
    (if (= path "") (if folder folder "/")
        (= folder nil) "."
        (string.match folder "^/*$") "/"
        (string.match folder "^(.-)/*$"))))

(fn join [base name]
  "Return a path below a base. A name that leads out of it is an error: it may come from elsewhere."
  (let [parts []]
    (each [part (string.gmatch name "[^/]+")]
      (if (= part "..")
          (when (not (table.remove parts))
            (error (.. name " leads out of " base) 2))
          (not= part ".")
          (table.insert parts part)))
    (.. (string.gsub base "/+$" "") "/" (table.concat parts "/"))))

{: base-name : folder-of : join}
