(import-macros {: expect : expect= : expect-error} :router.test)
(local {: base-name : folder-of : join} (require :router.paths))

(each [path [base folder] (pairs {"/usr/lib" [:lib :/usr] "/usr/" [:usr :/] "usr" [:usr "."] "/" ["/" "/"]
                                  "a/b//" [:b :a] "//x" [:x "/"]})]
  (expect= (base-name path) base)
  (expect= (folder-of path) folder))
(expect= (join "/run/a" "b/c") "/run/a/b/c")
(expect= (join "/run/a/" "/b/./c/../d") "/run/a/b/d")
(expect-error "leads out of" (join "/run/a" "b/../../c"))
(expect-error "leads out of" (join "/run/a" ".."))
