(import-macros {: expect=} :router.test)
(local {: line} (require :follower))

(expect= (line 12 "192.0.2.1") "12 192.0.2.1\n")
(expect= (line 12 nil) "12 -\n")
